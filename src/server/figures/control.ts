import type { DaemonState } from '../../backup/daemon/operator.ts'

export type Verb = 'start' | 'stop' | 'pause' | 'resume' | 'now'

type Decision = { state: DaemonState; message: string } | { refused: string }

const NOT_SET_UP =
  'There is nothing to back up yet: connect Google, choose what to back up, and say where copies go. The set-up leads through it.'

/**
 * What a control does in a state, or why it makes no sense there. `chosen` is what the operator chose last and not what the
 * daemon has come to: so the second of two quick clicks is answered by the first.
 */
export function decide(verb: Verb, chosen: DaemonState, setUp: boolean): Decision {
  switch (verb) {
    case 'start':
      if (chosen === 'running') return { refused: 'It is running already.' }
      if (!setUp) return { refused: NOT_SET_UP }
      return { state: 'running', message: 'Started: it looks for changes now, and from then on by itself.' }
    case 'resume':
      if (chosen === 'running') return { refused: 'It is running: there is nothing to resume.' }
      if (chosen === 'stopped') return { refused: 'It is stopped, and not paused. Start it.' }
      return { state: 'running', message: 'Resumed: it goes on where it was.' }
    case 'pause':
      if (chosen === 'paused') return { refused: 'It is paused already. Resume lets it go on.' }
      if (chosen === 'stopped') return { refused: 'It is stopped: there is nothing to pause. Start it.' }
      return { state: 'paused', message: 'Paused: files in flight finish, and no more are started.' }
    case 'stop':
      if (chosen === 'stopped') return { refused: 'It is stopped already. Start lets it go on.' }
      return {
        state: 'stopped',
        message: 'Stopped: files in flight are dropped, and go on where they were once it is started.',
      }
    case 'now':
      if (chosen === 'paused') return { refused: 'It is paused, and looks for nothing. Resume it first.' }
      if (chosen === 'stopped') return { refused: 'It is stopped, and looks for nothing. Start it first.' }
      return { state: 'running', message: 'It looks for changes now.' }
  }
}
