import { faultKind } from './faults.ts'

/**
 * How the whole, a source and a destination are: one word each, decided here alone. API, command line and dashboard show it.
 * Pure.
 */

export const HEALTHS = ['protected', 'working', 'waiting', 'attention', 'idle', 'not-set-up'] as const
export type Health = (typeof HEALTHS)[number]

/** What `health` is decided by. */
export interface Condition {
  /** Whether all steps of the set-up are done. */
  setUp: boolean
  /** What the operator chose; null: nothing yet. */
  desired: 'running' | 'paused' | 'stopped' | null
  /** The worst outage: of a source, a destination, or the daemon as a whole. */
  outage: { needsOperator: boolean } | null
  /** Whether an operator should confirm what changed in Drive. */
  massChange: boolean
  /** Whether what is to be done is still being found out. */
  scanning: boolean
  /** Whether a cycle has ever done all that was due. */
  everDone: boolean
  /** Files that wait for nothing but their turn. */
  pending: number
  /** Files that met a fault and are tried again by themselves, soon or tomorrow. */
  waiting: number
  /** Files that a person should look at. */
  failed: number
}

/**
 * Green means proven, grey that nobody wants anything, amber that it mends itself, red that a person must act: so nothing is
 * `attention` that needs nobody, and nothing `protected` that was not looked at.
 */
export function health(condition: Condition): Health {
  const { setUp, desired, outage, massChange, scanning, everDone, pending, waiting, failed } = condition
  if (!setUp) return 'not-set-up'
  if (desired !== 'running') return 'idle'
  if (outage?.needsOperator || massChange || failed > 0) return 'attention'
  if (outage !== null) return 'waiting'
  if (scanning || pending > 0 || !everDone) return 'working'
  return waiting > 0 ? 'waiting' : 'protected'
}

export const SOURCE_HEALTHS = ['off', 'out', 'mass-change', 'unread', 'incomplete', 'scanning', 'behind', 'empty', 'ok'] as const // biome-ignore format: one line
export type SourceHealth = (typeof SOURCE_HEALTHS)[number]

interface SourceCondition {
  /** Whether an entry of `sources` signs in to it. */
  watched: boolean
  out: boolean
  massChange: boolean
  /** Whether a cycle has ever ended, whatever came of it. */
  read: boolean
  scanning: boolean
  failed: number
  pending: number
  /** Files that should be protected. */
  wanted: number
}

/** The first that applies. */
export function sourceHealth(source: SourceCondition): SourceHealth {
  const { watched, out, massChange, read, scanning, failed, pending, wanted } = source
  if (!watched) return 'off'
  if (out) return 'out'
  if (massChange) return 'mass-change'
  if (!read) return 'unread'
  if (failed > 0) return 'incomplete'
  if (scanning) return 'scanning'
  if (pending > 0) return 'behind'
  return wanted === 0 ? 'empty' : 'ok'
}

export const DESTINATION_HEALTHS = ['off', 'out', 'test-failed', 'incomplete', 'behind', 'unproven', 'ok'] as const
export type DestinationHealth = (typeof DESTINATION_HEALTHS)[number]

interface DestinationCondition {
  enabled: boolean
  out: boolean
  /** Null: it was never tested. `at`: ms. */
  test: { at: number; ok: boolean } | null
  /** When something was last written to it (ms). */
  lastWrite: number | null
  /** Whether what it lacks is still being worked out. */
  filling: boolean
  lacking: number
  failed: number
}

/** The first that applies. Only a write or a passed test proves anything. */
export function destinationHealth(destination: DestinationCondition): DestinationHealth {
  const { enabled, out, test, lastWrite, filling, lacking, failed } = destination
  if (!enabled) return 'off'
  if (out) return 'out'
  if (test !== null && !test.ok && (lastWrite === null || lastWrite <= test.at)) return 'test-failed'
  if (failed > 0) return 'incomplete'
  if (filling || lacking > 0) return 'behind'
  return lastWrite !== null || test?.ok === true ? 'ok' : 'unproven'
}

/** An outage that lasts for this long needs a person, whatever its fault says. */
const LASTING_MS = 24 * 60 * 60 * 1000

/** `since`: ms; null: just now. */
export function isLasting(since: number | null, now: number): boolean {
  return since !== null && now - since >= LASTING_MS
}

/** Whether a person must act; a fault that this version does not know is not said to be one. */
export function needsOperator(fault: string): boolean {
  return faultKind(fault)?.retry === 'after-operator'
}

/** Whether files that failed with it wait for a person, and are not only put off until tomorrow. */
export function failsForGood(fault: string): boolean {
  return faultKind(fault)?.retry !== 'daily'
}
