import type { Status } from '../../api/types.ts'
import { clock, plural, roughly } from '../../ui/data/format.ts'
import type { Tone } from '../../ui/state/tone.ts'
import { remedyOf } from '../problems/sentences.ts'
import { COPIES_KEPT, massChangeSentence } from './mass-change-words.ts'

/** The answer to "am I safe?", before any figure. */
export interface Headline {
  /** What it is about. While it stays the same the sentence is the same but for its figures. */
  about:
    | 'cut-off'
    | 'set-up'
    | 'outage'
    | 'mass-change'
    | 'failed'
    | 'halted'
    | 'first-backup'
    | 'catching-up'
    | 'empty'
    | 'safe'
  tone: Tone
  /** One sentence. */
  sentence: string
  /** What it means, or what will come of it. */
  more: string[]
  /** When the last change was stored, where that is worth saying: it reassures, or shows since when nothing moves. */
  lastStored: string | null
  /** Where to do something about it. */
  way: { to: string; label: string } | null
  /** Since when, of what does not work. */
  since?: string
  /** The other side’s own words. */
  detail?: string | null
}

/** What to say first. What needs a person comes before what is chosen, and that before what mends itself. */
export function headline(status: Status, now: number): Headline {
  const [worst] = status.outages
  const [massChange] = status.mass_changes
  if (status.health === 'not-set-up') return notSetUp
  if (worst?.needs_operator) return outOfOrder(status, worst)
  if (massChange !== undefined) return changed(massChange, status)
  if (status.failed > 0) return failed(status)
  if (status.state !== 'running') return halted(status)
  if (worst !== undefined) return outOfOrder(status, worst)
  if (isFirstBackup(status)) return firstBackup(status, now)
  if (status.pending > 0 || status.filling) return catchingUp(status)
  return safe(status)
}

/** The server does not answer: what the page shows is from before. `since`: ms. */
export function cutOff(since: number): Headline {
  return {
    about: 'cut-off',
    tone: 'idle',
    sentence: `Drivekeep cannot be reached since ${clock(since)}.`,
    more: ['What follows is from then. Look whether it still runs on its machine; this page tries again by itself.'],
    lastStored: null,
    way: null,
  }
}

const notSetUp: Headline = {
  about: 'set-up',
  tone: 'idle',
  sentence: 'Nothing is protected yet: Drivekeep is not set up.',
  more: ['Connect Google Drive and choose where the copies go. It takes a few minutes.'],
  lastStored: null,
  way: { to: '/setup', label: 'Set it up' },
}

type Outage = Status['outages'][number]

function outOfOrder(status: Status, outage: Outage): Headline {
  const { message, hint, since, detail, needs_operator } = outage
  return {
    about: 'outage',
    tone: needs_operator ? 'act' : 'mending',
    sentence: message,
    more: [...(hint === null ? [] : [hint]), ...outAsWell(status, outage), ...stillWorking(status, outage)],
    lastStored: status.last_stored_at,
    way: remedyOf(outage),
    since,
    detail,
  }
}

function outAsWell({ outages }: Status, { kind, name }: Outage): string[] {
  const others = outages.filter((one) => one.kind !== kind || one.name !== name)
  return others.length === 0
    ? []
    : [`${list(others.map((one) => one.name))} ${others.length === 1 ? 'does' : 'do'} not work either.`]
}

/** What goes on all the same, and what waits. */
function stillWorking({ outages, sources, destinations, pending, failed }: Status, { kind }: Outage): string[] {
  const waiting = pending + failed
  const waits = waiting === 0 ? [] : [`${plural(waiting, 'file')} ${waiting === 1 ? 'waits' : 'wait'} for it.`]
  const working = (of: Outage['kind'], names: readonly string[]) =>
    names.filter((name) => !outages.some((one) => one.kind === of && one.name === name))
  const [read, stored] = [working('source', sources), working('destination', destinations)]
  if (kind === 'daemon' || read.length === 0 || stored.length === 0)
    return ['Until then nothing new is protected.', ...waits]
  if (kind === 'destination') return [`Everything still goes to ${list(stored)}.`, ...waits]
  return [`${list(read)} ${read.length === 1 ? 'is' : 'are'} still backed up.`, ...waits]
}

function changed(massChange: Status['mass_changes'][number], { files_synced, outages }: Status): Headline {
  const others = outages.map(({ message }) => message)
  const stored = `${plural(files_synced, 'file')} ${verb(files_synced)} protected.`
  return {
    about: 'mass-change',
    tone: 'act',
    sentence: massChangeSentence(massChange),
    more: [COPIES_KEPT, ...others, stored],
    lastStored: null,
    way: null,
  }
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
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

/** Nothing has ever been whole, so that what is missing is no backlog but the beginning. */
function isFirstBackup(status: Status): boolean {
  return status.estimated_end !== null || (status.last_success === null && (status.pending > 0 || status.scanning))
}

function firstBackup(status: Status, now: number): Headline {
  const all = status.files_synced + status.pending
  const so = status.scanning ? `${plural(all, 'file')} found so far` : plural(all, 'file')
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
    sentence:
      status.pending === 0
        ? 'What is still to be stored is being worked out.'
        : `${plural(status.pending, 'file')} ${verb(status.pending)} still to be stored.`,
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
        status.last_success === null ? 'Drivekeep is about to check Drive.' : 'There is nothing to protect yet.',
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

function haltedShort(state: 'paused' | 'stopped'): string {
  return state === 'paused' ? 'Drivekeep is paused.' : 'Drivekeep is stopped.'
}

function areNot(files: number): string {
  return `${plural(files, 'file')} ${verb(files)} not`
}

function verb(count: number): 'is' | 'are' {
  return count === 1 ? 'is' : 'are'
}
