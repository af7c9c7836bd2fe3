import type { Destination } from '../../api/types.ts'
import { plural } from '../../ui/data/format.ts'
import type { Tone } from '../../ui/state/tone.ts'

type Seen = Pick<Destination, 'settings' | 'health' | 'outage' | 'lacking' | 'filling' | 'last_write'>

/** A destination’s state: a word, its colour, and a sentence. Only a write or a test has proven anything. */
export function standingOf(destination: Seen): { tone: Tone; word: string; meaning: string } {
  const { settings, health, outage, lacking, filling, last_write } = destination
  if (settings === null) {
    return {
      tone: 'idle',
      word: 'Taken out',
      meaning: 'It is no longer configured. The copies there stay as they are.',
    }
  }
  if (health === 'off')
    return { tone: 'idle', word: 'Off', meaning: 'Nothing is copied to it now. The copies there stay.' }
  if (health === 'out') {
    const waiting = `${plural(lacking.files, 'file')} ${lacking.files === 1 ? 'waits' : 'wait'} for it.`
    return outage?.needs_operator
      ? { tone: 'act', word: 'Action needed', meaning: `It does not work. ${waiting}` }
      : { tone: 'mending', word: 'Not reachable', meaning: `It is tried again by itself. ${waiting}` }
  }
  switch (health) {
    case 'test-failed':
      return {
        tone: 'act',
        word: 'Test failed',
        meaning: 'Its last self-test found something. Run it again to see what.',
      }
    case 'incomplete':
      return {
        tone: 'act',
        word: 'Files failed',
        meaning: `${plural(lacking.failed, 'file')} could not be stored there.`,
      }
    case 'behind':
      return {
        tone: 'mending',
        word: 'Catching up',
        meaning: filling
          ? 'Which files it lacks is being worked out; more may follow.'
          : `${plural(lacking.files, 'file')} ${lacking.files === 1 ? 'is' : 'are'} still to be stored there.`,
      }
    case 'unproven':
      return { tone: 'idle', word: 'Unproven', meaning: 'Nothing has been written to it yet. Run the self-test.' }
    case 'ok':
      return last_write === null
        ? { tone: 'proven', word: 'Tested', meaning: 'Its self-test passed. Nothing is stored yet.' }
        : { tone: 'proven', word: 'Working', meaning: 'Everything is stored there and was checked.' }
  }
}
