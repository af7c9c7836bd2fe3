import { sql, type Transaction } from 'kysely'
import type { Tables } from '../schema.ts'
import { timeText } from '../times.ts'

/** What is seen now is to be compared with a full scan so much later, or sooner if that was planned. */
export async function reconcileWithin(
  trx: Transaction<Tables>,
  source: number,
  ms: number,
  now: number,
): Promise<void> {
  await trx
    .updateTable('sources')
    .set({ reconcile_at: sql<string>`min(coalesce(reconcile_at, '9999'), ${timeText(now + ms)})` })
    .where('id', '=', source)
    .execute()
}
