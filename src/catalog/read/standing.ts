import { failsForGood, type Health, health, isLasting, needsOperator } from '../../backup/model/health.ts'
import { knownDestinations } from '../destinations.ts'
import type { CatalogDatabase } from '../open.ts'
import { type DaemonRow, readDaemon } from '../operator.ts'
import type { ChangeKind, DestinationRow, SourceRow } from '../schema.ts'
import { startFault } from '../settings.ts'
import { knownSources } from '../sources.ts'
import type { TimeText } from '../times.ts'
import { isFilling } from '../work/fill.ts'
import { outageOf } from '../work/outages.ts'
import {
  bytesStored,
  type CopyTallies,
  copyTallies,
  coverage,
  type FileTallies,
  fileTallies,
  oldestUnprotected,
} from './tallies.ts'

/** How things stand: the one reading that API, command line and dashboard show. */
export interface Standing {
  daemon: DaemonRow | null
  /** In use: those that are watched, and those that copies go to. */
  sources: SourceRow[]
  destinations: DestinationRow[]
  /** Everything that does not work at present, the worst first. */
  outages: StandingOutage[]
  massChanges: (MassChange & { source: SourceRow })[]
  /** Items of the sources in use; each is exactly one of synced, pending, failed and skipped. */
  files: FileTallies
  copies: CopyTallies[]
  /** What the fullest destination shows of the drive. */
  bytes: number
  /** The share that is protected of what should be; null: nothing is to be protected. */
  coverage: number | null
  /** Since when the longest-waiting change is not protected yet (ms). */
  oldestUnprotected: number | null
  /** A scan is under way: totals still grow. */
  scanning: boolean
  /** What a new destination or a changed rule requires is still being worked out: coverage may fall. */
  filling: boolean
  /** Whether every source has had a cycle that did all that was due. */
  everDone: boolean
  turns: Turns
}

/** A source, a destination, or the daemon as a whole that does not work. Times in ms. */
export interface StandingOutage {
  kind: 'source' | 'destination' | 'daemon'
  name: string
  fault: string
  subject: string
  detail: string | null
  needsOperator: boolean
  since: number
  nextTry: number | null
  tries: number
}

export interface MassChange {
  at: TimeText
  items: number
  kind: ChangeKind
}

/**
 * Files that have their turn next, those that were put off (tried again by themselves, soon or tomorrow), and those that a
 * person should look at.
 */
interface Turns {
  pending: number
  waiting: number
  failed: number
}

/** Some rows by their keys, and what triggers keep: read at once, however large the catalog. */
export async function standing(db: CatalogDatabase, now: number): Promise<Standing> {
  const sources = (await knownSources(db)).filter(({ config_name }) => config_name !== null)
  const destinations = (await knownDestinations(db)).filter(({ active }) => active === 1)
  const ids = sources.map(({ id }) => id)
  const files = (await fileTallies(db)).of(ids)
  const copies = await copyTallies(db)
  const waitingSince = await oldestUnprotected(db)
  const oldest = Math.min(...ids.flatMap((id) => waitingSince.get(id) ?? []))
  return {
    daemon: await readDaemon(db),
    ...{ sources, destinations, files, copies },
    outages: await outagesAt(db, sources, destinations, now),
    massChanges: sources.flatMap((source) => {
      const massChange = massChangeOf(source)
      return massChange === null ? [] : [{ ...massChange, source }]
    }),
    bytes: bytesStored(copies),
    coverage: coverage(files),
    oldestUnprotected: Number.isFinite(oldest) ? oldest : null,
    scanning: sources.some(({ scan_phase }) => scan_phase !== null),
    filling: await isFilling(db),
    everDone: sources.length > 0 && sources.every(({ last_success }) => last_success !== null),
    turns: turnsOf(files),
  }
}

/** One word for the whole. */
export function healthOf(standing: Standing, setUp: boolean): Health {
  const { daemon, outages, massChanges, scanning, filling, everDone, turns } = standing
  return health({
    ...{ setUp, everDone, ...turns },
    desired: daemon?.desired ?? null,
    outage: outages[0] ?? null,
    massChange: massChanges.length > 0,
    scanning: scanning || filling,
  })
}

/** Whether a person must act: an outage and a mass change need one also while the daemon is paused or stopped. */
export function needsPerson({ outages, massChanges }: Standing, known: Health): boolean {
  return known === 'attention' || massChanges.length > 0 || outages.some((outage) => outage.needsOperator)
}

/** In a stable order: those that need a person before the others; then the daemon, sources, destinations. */
async function outagesAt(
  db: CatalogDatabase,
  sources: readonly SourceRow[],
  destinations: readonly DestinationRow[],
  now: number,
): Promise<StandingOutage[]> {
  const outages = [
    ...(await daemonOutage(db, now)),
    ...sources.flatMap((row) => endpointOutage('source', row, now) ?? []),
    ...destinations.flatMap((row) => endpointOutage('destination', row, now) ?? []),
  ]
  return outages.toSorted((a, b) => Number(b.needsOperator) - Number(a.needsOperator))
}

/** The outage of a source or destination; null: it works. */
export function endpointOutage(
  kind: 'source' | 'destination',
  row: SourceRow | DestinationRow,
  now: number,
): StandingOutage | null {
  const outage = outageOf(row)
  if (outage === null) return null
  const { fault, since, until, tries } = outage
  return {
    ...{ kind, name: row.name, fault: fault.code, subject: fault.subject, detail: fault.detail, since, tries },
    needsOperator: needsOperator(fault.code) || isLasting(since, now),
    nextTry: until,
  }
}

/** What keeps the daemon from its first cycle. */
async function daemonOutage(db: CatalogDatabase, now: number): Promise<StandingOutage[]> {
  const outage = await startFault(db)
  if (outage === null) return []
  const { fault, subject, detail, since } = outage
  const acts = needsOperator(fault) || isLasting(since, now)
  return [
    { kind: 'daemon', name: subject, fault, subject, detail, needsOperator: acts, since, nextTry: null, tries: 0 },
  ]
}

/** The alarm of a source that changed very much at once; null: there is none. */
export function massChangeOf(
  row: Pick<SourceRow, 'mass_change' | 'mass_change_at' | 'mass_change_items' | 'mass_change_detail'>,
): MassChange | null {
  const { mass_change, mass_change_at: at, mass_change_items: items, mass_change_detail: kind } = row
  if (mass_change === null || at === null) return null
  return { at, items: items ?? 0, kind: (kind ?? 'removed') as ChangeKind }
}

/** A file that waits at several destinations is counted where most wait. */
function turnsOf({ pending, problems }: FileTallies): Turns {
  const reading = problems.filter(({ destination }) => destination === null)
  const storing = Map.groupBy(
    problems.filter(({ destination }) => destination !== null),
    ({ destination }) => destination,
  )
  const count = (of: (problem: FileTallies['problems'][number]) => number) => {
    const total = (some: FileTallies['problems']) => some.reduce((sum, problem) => sum + of(problem), 0)
    return total(reading) + Math.max(0, ...[...storing.values()].map(total))
  }
  const again = count(({ waiting }) => waiting)
  return {
    pending: Math.max(0, pending - again),
    waiting: again + count(({ fault, failed }) => (failsForGood(fault) ? 0 : failed)),
    failed: count(({ fault, failed }) => (failsForGood(fault) ? failed : 0)),
  }
}
