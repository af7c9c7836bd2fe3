import { sql } from 'kysely'
import type { EndpointRef } from '../../backup/model/catalog.ts'
import { Fault, type FaultCode, faultKind } from '../../backup/model/faults.ts'
import type { Outage } from '../../backup/outage/circuit-breaker.ts'
import type { DestinationIds } from '../destination-ids.ts'
import type { CatalogDatabase } from '../open.ts'
import type { OutageColumns } from '../schema.ts'
import { timeMs, timeText } from '../times.ts'

type Columns = Omit<OutageColumns, 'out_tries'> & { out_tries: number }

function outageColumns(outage: Outage | null): Columns {
  if (outage === null)
    return { out_fault: null, out_subject: null, out_detail: null, out_since: null, out_until: null, out_tries: 0 }
  const { fault, since, until, tries } = outage
  return {
    out_fault: fault.code,
    out_subject: fault.subject,
    out_detail: fault.detail,
    out_since: timeText(since),
    out_until: timeText(until),
    out_tries: tries,
  }
}

/** A fault that another version wrote and this one does not know is forgotten: the next try finds out. */
export function outageOf(row: Columns): Outage | null {
  const { out_fault, out_subject, out_detail, out_since, out_until, out_tries } = row
  if (out_fault === null || out_since === null || faultKind(out_fault) === undefined) return null
  return {
    fault: new Fault(out_fault as FaultCode, out_subject ?? '', { detail: out_detail }),
    since: timeMs(out_since),
    until: out_until === null ? timeMs(out_since) : timeMs(out_until),
    tries: out_tries,
  }
}

/**
 * Records the state of a circuit breaker. Attempts that were burned at this endpoint since it last worked were most likely
 * its own outage: they are given back when an outage begins, and not again each time it is found to go on.
 */
export async function saveOutage(
  db: CatalogDatabase,
  ids: DestinationIds,
  endpoint: EndpointRef,
  outage: Outage | null,
  since: number,
): Promise<void> {
  const columns = outageColumns(outage)
  const burned = timeText(since)
  // Before the transaction, which holds the only connection.
  const id = endpoint.kind === 'source' ? endpoint.id : await ids.of(endpoint.name)
  await db.transaction().execute(async (trx) => {
    if (endpoint.kind === 'source') {
      const known = await trx.selectFrom('sources').select('out_since').where('id', '=', id).executeTakeFirst()
      await trx.updateTable('sources').set(columns).where('id', '=', id).execute()
      if (outage !== null && known?.out_since !== columns.out_since)
        await sql`update items set read_attempts = read_attempts - 1
          where read_fault is not null and source_id = ${id} and read_fault_at > ${burned} and read_attempts > 0`.execute(
          trx,
        )
      return
    }
    const known = await trx.selectFrom('destinations').select('out_since').where('id', '=', id).executeTakeFirst()
    const ok = outage === null ? { last_ok_at: timeText(since) } : {}
    await trx.updateTable('destinations').set({ ...columns, ...ok }).where('id', '=', id).execute() // biome-ignore format: one statement
    if (outage !== null && known?.out_since !== columns.out_since)
      await sql`update deliveries set attempts = attempts - 1
        where fault is not null and destination = ${id} and fault_at > ${burned} and attempts > 0 and claimed_by is null`.execute(
        trx,
      )
  })
}

/** What was out of order when the last process ended. */
export async function knownOutages(db: CatalogDatabase): Promise<(ref: EndpointRef) => Outage | null> {
  const sources = new Map((await db.selectFrom('sources').selectAll().execute()).map((row) => [row.id, outageOf(row)]))
  const destinations = await db.selectFrom('destinations').selectAll().execute()
  const byName = new Map(destinations.map((row) => [row.name, outageOf(row)]))
  return (ref) => (ref.kind === 'source' ? sources.get(ref.id) : byName.get(ref.name)) ?? null
}

/** A source or destination that is out of order now, by its name. */
export interface OutageIn extends Outage {
  kind: 'source' | 'destination'
  id: number
  name: string
}

/** All of them; of what is not used any more none. */
export async function outagesIn(db: CatalogDatabase): Promise<OutageIn[]> {
  const sources = await db
    .selectFrom('sources')
    .selectAll()
    .where('config_name', 'is not', null)
    .orderBy('id')
    .execute()
  const destinations = await db.selectFrom('destinations').selectAll().where('active', '=', 1).orderBy('id').execute()
  const out = (kind: OutageIn['kind'], rows: readonly (Columns & { id: number; name: string })[]) =>
    rows.flatMap((row) => {
      const outage = outageOf(row)
      return outage === null ? [] : [{ ...outage, kind, id: row.id, name: row.name }]
    })
  return [...out('source', sources), ...out('destination', destinations)]
}
