import { Fault } from '../backup/faults.ts'
import type { Change } from '../backup/item.ts'
import type { ChangePage } from '../backup/source.ts'
import type { DriveClient } from './client.ts'
import type { Corpus } from './corpus.ts'
import { FIELDS, isId, isObject } from './items.ts'
import { PRICES } from './pacing.ts'
import { type Page, readAhead } from './paging.ts'

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
  const read = async (at: string, signal: AbortSignal): Promise<Page<ChangePage>> => {
    const query = new URLSearchParams({
      pageToken: at,
      pageSize: '1000',
      fields: `nextPageToken,newStartPageToken,changes(changeType,removed,fileId,file(${FIELDS}))`,
      ...corpus.changes,
    })
    const call = {
      address: `/changes?${query}`,
      units: PRICES.list,
      asking: 'changes',
      subject: corpus.subject,
    } as const
    const answer = await client.json(call, signal)
    if (!Array.isArray(answer.changes)) throw bad(corpus, 'a page of the change feed without changes')
    const found = await Promise.all(answer.changes.map((entry) => parseChange(entry, corpus, (id) => look(id, signal))))
    const next = isToken(answer.nextPageToken) ? answer.nextPageToken : null
    const end = answer.newStartPageToken
    if (next === null && !isToken(end)) throw bad(corpus, 'a page of the change feed without a token')
    const page = { changes: found.filter((change) => change !== null), cursor: next ?? String(end) }
    return { value: page, next }
  }
  return readAhead(cursor, read, signal)
}

function parseChange(
  entry: unknown,
  corpus: Corpus,
  look: (id: string) => Promise<Change>,
): Change | null | Promise<Change> {
  if (!isObject(entry)) throw bad(corpus, 'a change that is not an object')
  if (entry.changeType === 'drive') return null
  const id = entry.fileId
  if (!isId(id)) throw bad(corpus, 'a change without a usable file id')
  if (entry.removed === true) return { type: 'removed', id }
  // Neither removed nor described: silence must not pass for a removal.
  if (entry.file === undefined || entry.file === null) return look(id)
  const item = corpus.parse(entry.file)
  return item.driveId === corpus.driveId ? { type: 'seen', item } : { type: 'removed', id }
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function bad(corpus: Corpus, detail: string): Fault {
  return new Fault('google/bad-answer', corpus.subject, { detail })
}
