export type DaemonState = 'running' | 'paused' | 'stopped'

/** What the operator wants, kept in the catalog: so it reaches the daemon from any process, and survives restarts. */
export interface Operator {
  /** `wakeups` grows with each request to check now. */
  wish(): Promise<Wish>
  report(state: DaemonState): Promise<void>
}

export interface Wish {
  desired: DaemonState
  wakeups: number
}
