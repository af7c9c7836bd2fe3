import type { Outage as KnownOutage } from '../../backup/outage/circuit-breaker.ts'
import { knownDestinations } from '../../catalog/destinations.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import type { DestinationRow, SourceRow } from '../../catalog/schema.ts'
import { startFault } from '../../catalog/settings.ts'
import { knownSources } from '../../catalog/sources.ts'
import { outageOf } from '../../catalog/work/outages.ts'
import type { Outage } from '../contract/status.ts'
import { faultTextOf, titleOf } from './fault-text.ts'

type Endpoint = { kind: 'source' | 'destination'; name: string }

/** The outage of a source or destination; null: it works. */
export function outageAt(kind: Endpoint['kind'], row: SourceRow | DestinationRow, now: number): Outage | null {
  const outage = outageOf(row)
  return outage === null ? null : told({ kind, name: row.name }, outage, now)
}

function told(at: Endpoint, { fault, since, until, tries }: KnownOutage, now: number): Outage {
  return {
    ...at,
    ...faultTextOf(fault.code, at.name, since, now),
    title: titleOf(fault.code),
    detail: fault.detail,
    since: new Date(since).toISOString(),
    next_try: new Date(until).toISOString(),
    tries,
  }
}

/** What is in use, and everything of it that does not work, the worst first. */
export async function readEndpoints(db: CatalogDatabase, now: number) {
  const sources = (await knownSources(db)).filter(({ config_name }) => config_name !== null)
  const destinations = (await knownDestinations(db)).filter(({ active }) => active === 1)
  const outages = [
    ...(await daemonOutage(db, now)),
    ...sources.flatMap((row) => outageAt('source', row, now) ?? []),
    ...destinations.flatMap((row) => outageAt('destination', row, now) ?? []),
  ]
  // What does not work explains what is left there too.
  const unremoved = destinations.filter(({ left_fault, out_fault }) => left_fault !== null && out_fault === null)
  // A stable order: the daemon, sources, destinations.
  return {
    sources,
    destinations,
    unremoved,
    outages: outages.toSorted((a, b) => Number(b.needs_operator) - Number(a.needs_operator)),
  }
}

/** What keeps the daemon from its first cycle. */
async function daemonOutage(db: CatalogDatabase, now: number): Promise<Outage[]> {
  const outage = await startFault(db)
  if (outage === null) return []
  const { fault, subject, detail, since } = outage
  const when = { since: new Date(since).toISOString(), next_try: null, tries: 0 }
  return [
    {
      kind: 'daemon',
      name: subject,
      ...faultTextOf(fault, subject, since, now),
      title: titleOf(fault),
      detail,
      ...when,
    },
  ]
}
