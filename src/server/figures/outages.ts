import {
  endpointOutage,
  type MassChange as KnownMassChange,
  massChangeOf,
  type StandingOutage,
} from '../../catalog/read/standing.ts'
import type { DestinationRow, SourceRow } from '../../catalog/schema.ts'
import { isoTime } from '../../catalog/times.ts'
import type { MassChange, Outage } from '../contract/status.ts'
import { faultTextOf, titleOf } from './fault-text.ts'

/** An outage as the API tells it. */
export function outageAnswer(outage: StandingOutage, now: number): Outage {
  const { kind, name, fault, detail, since, nextTry, tries } = outage
  return {
    ...{ kind, name, detail, tries },
    ...faultTextOf(fault, name, since, now),
    title: titleOf(fault),
    since: new Date(since).toISOString(),
    next_try: nextTry === null ? null : new Date(nextTry).toISOString(),
  }
}

/** The outage of a source or destination; null: it works. */
export function outageAt(kind: 'source' | 'destination', row: SourceRow | DestinationRow, now: number): Outage | null {
  const outage = endpointOutage(kind, row, now)
  return outage === null ? null : outageAnswer(outage, now)
}

/** The alarm of a source; null: there is none. */
export function massChangeAt(row: SourceRow): MassChange | null {
  const massChange = massChangeOf(row)
  return massChange === null ? null : massChangeAnswer(massChange)
}

export function massChangeAnswer({ at, items, kind }: KnownMassChange): MassChange {
  return { at: isoTime(at), items, kind }
}

/** Destinations that hold objects which could not be removed. What is out of order explains that as well. */
export function withUnremoved(destinations: readonly DestinationRow[]): DestinationRow[] {
  return destinations.filter(({ left_fault, out_fault }) => left_fault !== null && out_fault === null)
}
