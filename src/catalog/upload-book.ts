import type { UploadBook } from '../backup/sweep.ts'
import type { CatalogDatabase } from './open.ts'
import { forgetSetting, saveSetting, setting } from './settings.ts'

const OWED = 'upload_sweep_owed'

/** A run died: storage may hold uploads that were begun and never written down. */
export function oweSweep(db: CatalogDatabase): Promise<void> {
  return saveSetting(db, OWED, '1')
}

export function uploadBook(db: CatalogDatabase): UploadBook {
  return {
    owed: async () => (await setting(db, OWED)) !== null,
    settled: () => forgetSetting(db, OWED),
    async wanted(destination) {
      // A revision names one content of one file, also when that file is renamed while it goes up.
      await db
        .deleteFrom('uploads')
        .where('destination', '=', destination)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('files')
                .select('files.id')
                .whereRef('files.revision', '=', 'uploads.revision')
                .where('files.next_attempt', 'is not', null),
            ),
          ),
        )
        .execute()
      const rows = await db.selectFrom('uploads').select('upload_id').where('destination', '=', destination).execute()
      return new Set(rows.map((row) => row.upload_id))
    },
  }
}
