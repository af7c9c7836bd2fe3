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

/** The mark that is seen from afar: the worst of the run state and of how things stand. */
export function mark({ state, health, needs_operator }: Pick<Status, 'state' | 'health' | 'needs_operator'>): string {
  if (needs_operator) return '🔴'
  if (state === 'running' && health === 'waiting') return '🟠'
  return daemonState(state).sign
}
