import { Fault } from '../../backup/model/faults.ts'
import type { Change } from '../../backup/model/item.ts'
import type { ChangePage } from '../../backup/model/source.ts'
import type { DriveClient } from '../api/client.ts'
import type { Call } from '../api/wire.ts'
import { PRICES } from '../pacing/pacing.ts'
import type { Corpus } from './corpus.ts'
import { FIELDS, isId, isObject } from './items.ts'
import { type Page, PageSizes, readAhead } from './paging.ts'

/**
 * The change feed. Every page's cursor is where the next page starts, so a crash repeats at most one page.
 *
 * Entries about shared drives themselves (joined, renamed) are passed over: each shared drive is a source with a feed of its own.
 * A feed also names, unreliably, files that lie in other drives. Seen from this one such a file is gone, moved there.
 */

/** The feed's present end. */
export async function startCursor(client: DriveClient, corpus: Corpus, signal: AbortSignal): Promise<string> {
  const query = new URLSearchParams({
    supportsAllDrives: 'true',
    ...(corpus.driveId === null ? {} : { driveId: corpus.driveId }),
  })
  const call = { address: `/changes/startPageToken?${query}`, units: PRICES.other, asking: 'account' } as const
  const answer = await client.json({ ...call, subject: corpus.subject }, signal)
  if (isToken(answer.startPageToken)) return answer.startPageToken
  throw bad(corpus, 'no startPageToken')
}

/** `look` tells the present state of a file whose entry does not. */
export function changes(
  client: DriveClient,
  corpus: Corpus,
  cursor: string,
  look: (id: string, signal: AbortSignal) => Promise<Change>,
  signal: AbortSignal,
): AsyncGenerator<ChangePage, void> {
  const sizes = new PageSizes(client)
  const read = async (at: string, signal: AbortSignal): Promise<Page<ChangePage>> => {
    const answer = await sizes.ask((size) => client.json(pageCall(corpus, at, size), signal), signal)
    if (!Array.isArray(answer.changes)) throw bad(corpus, 'a page of the change feed without changes')
    const next = isToken(answer.nextPageToken) ? answer.nextPageToken : null
    const end = answer.newStartPageToken
    if (next === null && !isToken(end)) throw bad(corpus, 'a page of the change feed without a token')
    const ofFiles = answer.changes.filter((entry) => !isOfDrive(entry))
    const found = await Promise.all(ofFiles.map((entry) => parseChange(entry, corpus, (id) => look(id, signal))))
    const seen = found.filter((change) => change !== null)
    return { value: { changes: seen, odd: found.length - seen.length, cursor: next ?? String(end) }, next }
  }
  return readAhead(cursor, read, signal)
}

function pageCall(corpus: Corpus, at: string, size: number): Call {
  const query = new URLSearchParams({
    pageToken: at,
    pageSize: String(size),
    fields: `nextPageToken,newStartPageToken,changes(changeType,removed,fileId,file(${FIELDS}))`,
    ...corpus.changes,
  })
  return { address: `/changes?${query}`, units: PRICES.list, asking: 'changes', subject: corpus.subject }
}

/** Any other type is about a file as far as it names one: a type that does not exist yet must not hide a change. */
function isOfDrive(entry: unknown): boolean {
  return isObject(entry) && entry.changeType === 'drive'
}

/** Null for an entry that names no file. */
function parseChange(
  entry: unknown,
  corpus: Corpus,
  look: (id: string) => Promise<Change>,
): Change | null | Promise<Change> {
  if (!isObject(entry) || !isId(entry.fileId)) return null
  const id = entry.fileId
  if (entry.removed === true) return { type: 'removed', id }
  const item = corpus.parse(entry.file)
  // Neither removed nor described: silence must not pass for a removal.
  if (item?.id !== id) return look(id)
  return item.driveId === corpus.driveId ? { type: 'seen', item } : { type: 'removed', id }
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function bad(corpus: Corpus, detail: string): Fault {
  return new Fault('google/bad-answer', corpus.subject, { detail })
}
