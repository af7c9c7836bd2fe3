import { wake } from '../../catalog/operator.ts'
import { confirmChanges, knownSources } from '../../catalog/sources.ts'
import { type Context, openDatabase, readConfig } from '../context.ts'
import { sourceNamed } from '../source-named.ts'
import { count } from '../terminal/format.ts'
import { print } from '../terminal/print.ts'
import { EXIT } from '../terminal/refusal.ts'

/** Confirms mass changes: what happened in Drive was meant, and copies may be moved after it. */
export async function confirm(context: Context, name: string | undefined): Promise<number> {
  const config = await readConfig(context)
  await using db = await openDatabase(config.catalogFile)
  const only = name === undefined ? null : await sourceNamed(db, name)
  let confirmed = 0
  for (const { id } of await knownSources(db))
    if ((only === null || only === id) && (await confirmChanges(db, id))) confirmed += 1
  if (confirmed > 0) await wake(db)
  await print(
    confirmed === 0
      ? 'There is no alarm to confirm.'
      : `Confirmed for ${count(confirmed, 'source')}: copies move after their files again.`,
  )
  return EXIT.ok
}
