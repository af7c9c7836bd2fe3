import type { Status } from '../contract/status.ts'

/** What the overview's one sentence is decided by. */
export interface Condition {
  /** Whether all steps of the set-up are done. */
  setUp: boolean
  /** What the operator chose; null: nothing yet. */
  desired: 'running' | 'paused' | 'stopped' | null
  /** The worst of what does not work: a source, a destination, or the daemon as a whole. */
  outage: { needs_operator: boolean } | null
  /** Whether somebody should look at what changed in Drive. */
  massChange: boolean
  /** Whether what is to be done is still being found out. */
  listing: boolean
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
export function health(condition: Condition): Status['health'] {
  const { setUp, desired, outage, massChange, listing, everDone, pending, waiting, failed } = condition
  if (!setUp) return 'not-set-up'
  if (desired !== 'running') return 'idle'
  if (outage?.needs_operator || massChange || failed > 0) return 'attention'
  if (outage !== null) return 'waiting'
  if (listing || pending > 0 || !everDone) return 'working'
  return waiting > 0 ? 'waiting' : 'protected'
}
