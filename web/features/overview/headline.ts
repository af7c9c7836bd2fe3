import type { Status } from '../../api/types.ts'
import { plural, roughly } from '../../ui/format.ts'
import type { Tone } from '../../ui/tone.ts'

/** The answer to "am I safe?", before any figure. */
export interface Headline {
  /** What it is about. While it stays the same the sentence is the same but for its figures. */
  about: 'set-up' | 'trouble' | 'failed' | 'halted' | 'hindered' | 'first-backup' | 'catching-up' | 'empty' | 'safe'
  tone: Tone
  /** One sentence. */
  sentence: string
  /** What it means, or what will come of it. */
  more: string[]
  /** When the last change was stored, where that is worth saying: it reassures, or shows since when nothing moves. */
  lastStored: string | null
  /** Where to do something about it. */
  way: { to: string; label: string } | null
}

/** What to say first. What needs a person comes before what is chosen, and that before what mends itself. */
export function headline(status: Status, now: number): Headline {
  if (status.health === 'not-set-up') return notSetUp
  if (status.trouble?.needs_operator) return needsPerson(status, status.trouble)
  if (status.failed > 0) return failed(status)
  if (status.state !== 'running') return halted(status)
  if (status.trouble !== null) return hindered(status, status.trouble)
  if (isFirstBackup(status)) return firstBackup(status, now)
  if (status.pending > 0) return catchingUp(status)
  return safe(status)
}

const notSetUp: Headline = {
  about: 'set-up',
  tone: 'idle',
  sentence: 'Nothing is protected yet: Drivekeep is not set up.',
  more: ['Connect Google Drive and choose where the copies go. It takes a few minutes.'],
  lastStored: null,
  way: { to: '/setup', label: 'Set it up' },
}

type Trouble = NonNullable<Status['trouble']>

function needsPerson(status: Status, trouble: Trouble): Headline {
  const waiting = status.pending + status.failed
  const files = waiting > 0 ? [`${areNot(waiting)} protected until then.`] : ['Until then nothing new is protected.']
  return {
    about: 'trouble',
    tone: 'act',
    sentence: trouble.message,
    more: [...advice(trouble), ...files],
    lastStored: status.last_stored_at,
    way: { to: '/problems', label: 'See what to do' },
  }
}

function failed(status: Status): Headline {
  const more =
    status.pending > 0 ? [`${plural(status.pending, 'more file')} ${verb(status.pending)} still to be stored.`] : []
  const others =
    status.files_synced > 0 ? [`${plural(status.files_synced, 'file')} ${verb(status.files_synced)} protected.`] : []
  return {
    about: 'failed',
    tone: status.health === 'attention' ? 'act' : 'mending',
    sentence: `${areNot(status.failed)} protected.`,
    more: [...others, ...more, ...(status.state === 'running' ? [] : [haltedShort(status.state)])],
    lastStored: null,
    way: { to: '/problems', label: 'See why' },
  }
}

function halted(status: Status): Headline {
  const word = status.state === 'paused' ? 'Paused' : 'Stopped'
  const again = status.state === 'paused' ? 'resumed' : 'started'
  const waiting = status.pending > 0 ? [`${plural(status.pending, 'file')} ${verb(status.pending)} waiting.`] : []
  return {
    about: 'halted',
    tone: 'idle',
    sentence: `${word}: what changes now is not protected until it is ${again}.`,
    more: [
      ...waiting,
      ...(status.files_synced > 0
        ? [`${plural(status.files_synced, 'file')} ${verb(status.files_synced)} protected as they were.`]
        : []),
    ],
    lastStored: status.last_stored_at,
    way: null,
  }
}

function hindered(status: Status, trouble: Trouble): Headline {
  const waiting =
    status.pending > 0 ? [`${plural(status.pending, 'file')} ${status.pending === 1 ? 'waits' : 'wait'} for it.`] : []
  return {
    about: 'hindered',
    tone: 'mending',
    sentence: trouble.message,
    more: [...advice(trouble), ...waiting],
    lastStored: status.last_stored_at,
    way: { to: '/problems', label: 'See details' },
  }
}

/** Nothing has ever been whole, so that what is missing is no backlog but the beginning. */
function isFirstBackup(status: Status): boolean {
  return status.estimated_end !== null || (status.last_success === null && (status.pending > 0 || status.listing))
}

function firstBackup(status: Status, now: number): Headline {
  const all = status.files_synced + status.pending
  const so = status.listing ? `${plural(all, 'file')} found so far` : plural(all, 'file')
  const left = status.estimated_end === null ? null : (Date.parse(status.estimated_end) - now) / 1000
  return {
    about: 'first-backup',
    tone: 'mending',
    sentence: `The first backup is under way: ${status.files_synced.toLocaleString('en')} of ${so} ${verb(all)} protected.`,
    more: [
      left === null ? 'How long it will take can be told in a few minutes.' : `It should be done in ${roughly(left)}.`,
    ],
    lastStored: null,
    way: null,
  }
}

function catchingUp(status: Status): Headline {
  return {
    about: 'catching-up',
    tone: 'mending',
    sentence: `${plural(status.pending, 'file')} ${verb(status.pending)} still to be stored.`,
    more: [`${plural(status.files_synced, 'file')} ${verb(status.files_synced)} protected.`],
    lastStored: status.last_stored_at,
    way: null,
  }
}

function safe(status: Status): Headline {
  if (status.files_synced === 0) {
    return {
      about: 'empty',
      tone: 'idle',
      sentence:
        status.last_success === null ? 'Drivekeep is about to look at Drive.' : 'There is nothing to protect yet.',
      more: [
        status.last_success === null
          ? 'The first files appear in a moment.'
          : 'A file that appears in Drive is stored within minutes.',
      ],
      lastStored: null,
      way: null,
    }
  }
  return {
    about: 'safe',
    tone: 'proven',
    sentence:
      status.files_synced === 1
        ? 'The one file is protected.'
        : `All ${plural(status.files_synced, 'file')} are protected.`,
    more: [],
    lastStored: status.last_stored_at,
    way: null,
  }
}

/** What to do, unless what happened says it already. */
function advice({ hint, message }: Trouble): string[] {
  return hint === null || message.includes(hint) ? [] : [hint]
}

function haltedShort(state: 'paused' | 'stopped'): string {
  return state === 'paused' ? 'Drivekeep is paused.' : 'Drivekeep is stopped.'
}

function areNot(files: number): string {
  return `${plural(files, 'file')} ${verb(files)} not`
}

function verb(count: number): 'is' | 'are' {
  return count === 1 ? 'is' : 'are'
}
