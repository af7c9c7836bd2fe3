import type { Status } from '../api/types.ts'

export interface DaemonState {
  /** As the guide has it. */
  sign: '🟢' | '🟡' | '⚪'
  word: 'Running' | 'Paused' | 'Stopped'
  /** What it does about it, for who does not know the word. */
  meaning: string
}

const STATES: Record<Status['state'], DaemonState> = {
  running: { sign: '🟢', word: 'Running', meaning: 'Watching Google Drive and storing what changes.' },
  paused: { sign: '🟡', word: 'Paused', meaning: 'Drivekeep runs and stores nothing until it is resumed.' },
  stopped: { sign: '⚪', word: 'Stopped', meaning: 'Nothing is watched and nothing is stored.' },
}

/** The daemon's state in words and with the guide's sign. */
export function daemonState(state: Status['state']): DaemonState {
  return STATES[state]
}

type Seen = Pick<Status, 'state' | 'health' | 'outages' | 'mass_changes'>

/** Whether somebody has to act: also while nothing runs, when `health` says no more than that. */
export function needsSomebody({ health, outages, mass_changes: massChanges }: Omit<Seen, 'state'>): boolean {
  return health === 'attention' || massChanges.length > 0 || outages.some((one) => one.needs_operator)
}

/** The mark that is seen from afar: the worst of the run state and of how things stand. */
export function mark(status: Seen): string {
  if (needsSomebody(status)) return '🔴'
  if (status.state === 'running' && status.health === 'waiting') return '🟠'
  return daemonState(status.state).sign
}
