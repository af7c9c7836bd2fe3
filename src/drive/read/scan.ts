import { Fault } from '../../backup/model/faults.ts'
import type { ScanPage } from '../../backup/model/source.ts'
import type { DriveClient } from '../api/client.ts'
import { PRICES } from '../pacing/pacing.ts'
import type { Corpus } from './corpus.ts'
import { FOLDER } from './export-formats.ts'
import { FIELDS } from './items.ts'
import { type Page, PageSizes, readAhead } from './paging.ts'

/**
 * A scan: flat pages of 1,000 (fewer where Google fails at that), folders first, trashed items too.
 *
 * Flat, because one call for each folder would cost a hundred times more. Two passes, because a path is known only when all folders are.
 * A position is `folders:<page token>` or `files:<page token>`. Google keeps page tokens for some hours; then the scan starts again.
 * Drive is no snapshot: what moves meanwhile may come twice or not at all, and the change feed mends that.
 */

type Phase = ScanPage['phase']
const PHASES: Record<Phase, { query: string; next: Phase | null }> = {
  folders: { query: `mimeType='${FOLDER}'`, next: 'files' },
  files: { query: `mimeType!='${FOLDER}'`, next: null },
}
const FIRST = 'folders:'

export function scan(
  client: DriveClient,
  corpus: Corpus,
  position: string | null,
  signal: AbortSignal,
): AsyncGenerator<ScanPage, void> {
  const sizes = new PageSizes(client)
  const read = async (at: string, signal: AbortSignal): Promise<Page<ScanPage>> => {
    const page = await sizes.ask((size) => readPage(client, corpus, at, size, signal), signal)
    return { value: page, next: page.next }
  }
  return readAhead(position ?? FIRST, read, signal)
}

async function readPage(
  client: DriveClient,
  corpus: Corpus,
  at: string,
  size: number,
  signal: AbortSignal,
): Promise<ScanPage> {
  const [phase, token] = parsePosition(at, corpus)
  const query = new URLSearchParams({
    q: PHASES[phase].query,
    pageSize: String(size),
    fields: `nextPageToken,incompleteSearch,files(${FIELDS})`,
    ...corpus.list,
    ...(token === '' ? {} : { pageToken: token }),
  })
  const call = { address: `/files?${query}`, units: PRICES.list, asking: 'scan', subject: corpus.subject } as const
  const answer = await client.json(call, signal).catch((error: unknown) => {
    throw token === '' ? notAPlace(error, corpus) : error
  })
  // Google searched only a part: what is missing on such a page must never look deleted.
  if (answer.incompleteSearch === true) throw bad(corpus, 'Google says that the scan is incomplete')
  if (!Array.isArray(answer.files)) throw bad(corpus, 'a page without files')
  const items = answer.files.map((file) => corpus.parse(file)).filter((item) => item !== null)
  return {
    phase,
    items,
    odd: answer.files.length - items.length,
    next: nextPosition(phase, answer.nextPageToken, corpus),
  }
}

/** A first page has no token that could have expired: starting again would meet the same answer, without any pause. */
function notAPlace(error: unknown, corpus: Corpus): unknown {
  if (!(error instanceof Fault) || error.code !== 'google/scan-expired') return error
  return bad(corpus, `the first page of a scan was refused for its page token: ${error.detail}`)
}

function nextPosition(phase: Phase, token: unknown, corpus: Corpus): string | null {
  if (typeof token === 'string' && token !== '') return `${phase}:${token}`
  if (token !== undefined && token !== null) throw bad(corpus, 'a page whose nextPageToken is no text')
  const { next } = PHASES[phase]
  return next === null ? null : `${next}:`
}

function parsePosition(position: string, corpus: Corpus): [Phase, token: string] {
  const [phase, token] = [position.slice(0, position.indexOf(':')), position.slice(position.indexOf(':') + 1)]
  if (phase === 'folders' || phase === 'files') return [phase, token]
  throw new Fault('google/scan-expired', corpus.subject, { detail: 'the saved position is not one of ours' })
}

function bad(corpus: Corpus, detail: string): Fault {
  return new Fault('google/bad-answer', corpus.subject, { detail })
}
