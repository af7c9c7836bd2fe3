import type { Status } from '../../api/types.ts'

export type Control = 'start' | 'pause' | 'resume' | 'stop'

/** The buttons in the guide's order, with what each does. */
export const CONTROLS: { control: Control; name: string; does: string }[] = [
  { control: 'start', name: 'Start', does: 'Begin to back up' },
  { control: 'pause', name: 'Pause', does: 'Finish the files in flight and start no more' },
  { control: 'resume', name: 'Resume', does: 'Go on after a pause' },
  { control: 'stop', name: 'Stop', does: 'Drop the files in flight, to be continued later, and start no more' },
]

type Chosen = Pick<Status, 'state' | 'desired' | 'health'>

/** Why a control makes no sense now; null: it does. What has been chosen counts, though the state may still be following. */
export function senseless(control: Control, { state, desired, health }: Chosen): string | null {
  if (health === 'not-set-up' && control !== 'stop') return 'Drivekeep is not set up yet.'
  const now = desired ?? state
  switch (control) {
    case 'start':
      return now === 'running' ? 'Already running.' : null
    case 'pause':
      if (now === 'running') return null
      return now === 'paused' ? 'Already paused.' : 'It is stopped: there is nothing to pause.'
    case 'resume':
      return now === 'paused'
        ? null
        : now === 'running'
          ? 'It is running, and not paused.'
          : 'It is stopped: use Start.'
    case 'stop':
      return now === 'stopped' ? 'It is stopped already.' : null
  }
}

/** The state in a word, and while it is changing, what it is about to be. */
export function stateWord({ state, desired }: Pick<Status, 'state' | 'desired'>): string {
  if (desired !== null && desired !== state) {
    return { running: 'Starting …', paused: 'Pausing …', stopped: 'Stopping …' }[desired]
  }
  return { running: 'Running', paused: 'Paused', stopped: 'Stopped' }[state]
}
