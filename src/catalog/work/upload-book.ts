import type { UploadBook } from '../../backup/transfer/sweep.ts'
import { among } from '../batches.ts'
import type { CatalogDatabase } from '../open.ts'
import { forgetSetting, saveSetting, setting } from '../settings.ts'

const OWED = 'upload_sweep_owed'

/** A run died: storage may hold uploads that were begun and never written down. */
export function oweSweep(db: CatalogDatabase): Promise<void> {
  return saveSetting(db, OWED, '1')
}

export function uploadBook(db: CatalogDatabase): UploadBook {
  const numberOf = (name: string) => db.selectFrom('destinations').select('id').where('name', '=', name)
  return {
    owed: async () => (await setting(db, OWED)) !== null,
    settled: () => forgetSetting(db, OWED),
    async sources() {
      const rows = await db.selectFrom('sources').select('name').orderBy('id').execute()
      return rows.map((row) => row.name)
    },
    async uploads(destination) {
      const rows = await db
        .selectFrom('uploads')
        .select('upload_id')
        // A revision names one content of one file, also when that file is renamed while it goes up.
        .select(({ exists, selectFrom }) =>
          exists(
            selectFrom('deliveries')
              .innerJoin('items', 'items.id', 'deliveries.file')
              .select('items.id')
              .whereRef('items.revision', '=', 'uploads.revision')
              .whereRef('deliveries.destination', '=', 'uploads.destination'),
          ).as('wanted'),
        )
        .where('destination', 'in', numberOf(destination))
        .execute()
      const ids = (wanted: boolean) =>
        new Set(rows.filter((row) => !!row.wanted === wanted).map((row) => row.upload_id))
      return { wanted: ids(true), unwanted: ids(false) }
    },
    async forget(destination, uploadIds) {
      await db
        .deleteFrom('uploads')
        .where('destination', 'in', numberOf(destination))
        .where('upload_id', 'in', among([...uploadIds]))
        .execute()
    },
  }
}
