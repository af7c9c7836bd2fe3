import type { Destination } from '../../api/types.ts'
import type { Tone } from '../../ui/tone.ts'

type Seen = Pick<Destination, 'enabled' | 'settings' | 'trouble' | 'last_write' | 'last_test'>

/** A destination’s state: a word, its colour, and a sentence. Only a write or a test has proven anything. */
export function standingOf({ enabled, settings, trouble, last_write, last_test }: Seen): {
  tone: Tone
  word: string
  meaning: string
} {
  if (settings === null) {
    return {
      tone: 'idle',
      word: 'Taken out',
      meaning: 'It is no longer configured. The copies there stay as they are.',
    }
  }
  if (!enabled) return { tone: 'idle', word: 'Off', meaning: 'Nothing is copied to it now. The copies there stay.' }
  if (trouble !== null) {
    return trouble.needs_operator
      ? { tone: 'act', word: 'Needs you', meaning: 'Files wait for it, and are copied as soon as it works.' }
      : { tone: 'mending', word: 'Held up', meaning: 'It is tried again by itself.' }
  }
  if (last_test !== null && !last_test.ok && !after(last_write, last_test.at)) {
    return {
      tone: 'act',
      word: 'Test failed',
      meaning: 'Its last self-test found something. Run it again to see what.',
    }
  }
  if (last_write === null && last_test === null) {
    return { tone: 'idle', word: 'Unproven', meaning: 'Nothing has been written to it yet. Run the self-test.' }
  }
  if (last_write === null)
    return { tone: 'proven', word: 'Tested', meaning: 'Its self-test passed. Nothing is stored yet.' }
  return { tone: 'proven', word: 'Working', meaning: 'Copies are stored and checked.' }
}

function after(one: string | null, other: string): boolean {
  return one !== null && Date.parse(one) > Date.parse(other)
}
