import { Fault } from '../../backup/model/faults.ts'
import { ROOT, SHARED } from '../../backup/plan/selection.ts'
import type { DriveClient } from '../api/client.ts'
import { quote } from '../api/quote.ts'
import { PRICES } from '../pacing/pacing.ts'
import type { Corpus } from './corpus.ts'
import { FOLDER } from './export-formats.ts'
import { isId, isObject, itemName } from './items.ts'

/**
 * The folders in a folder, as Drive has them now: for people who choose, not for the backup, which lists everything flat.
 * One call a page, so a drive of a hundred thousand folders costs what is opened of it.
 */

export interface FolderPage {
  folders: { id: string; name: string }[]
  /** Where the next page begins; null behind the last one. Google keeps it for some hours. */
  next: string | null
}

/** More than anybody reads at a time; below what takes Google long. */
const PAGE = 500

/**
 * By name, as people sort names. `parent` is a folder's id, `root` for My Drive (or the shared drive) or `shared-with-me`.
 * A folder that Drive does not know is the Fault `drive/not-found`, a page that it has forgotten `google/scan-expired`.
 */
export async function folders(
  client: DriveClient,
  corpus: Corpus,
  parent: string,
  position: string | null,
  signal: AbortSignal,
): Promise<FolderPage> {
  const id = parent === ROOT && corpus.driveId !== null ? corpus.driveId : parent
  const within = id === SHARED ? 'sharedWithMe=true' : `'${escaped(id)}' in parents`
  const query = new URLSearchParams({
    q: `mimeType='${FOLDER}' and trashed=false and ${within}`,
    orderBy: 'name_natural',
    pageSize: String(PAGE),
    fields: 'nextPageToken,incompleteSearch,files(id,name)',
    ...corpus.list,
    ...(position === null ? {} : { pageToken: position }),
  })
  const subject = id === ROOT || id === SHARED ? corpus.subject : quote(`folder ${id}`)
  const call = { address: `/files?${query}`, units: PRICES.list, asking: 'item', subject } as const
  const answer = await client.json({ ...call, resourceKeys: corpus.resourceKeys(id) }, signal)
  const bad = (detail: string) => new Fault('google/bad-answer', subject, { detail })
  if (answer.incompleteSearch === true) throw bad('Google says that the scan is incomplete')
  if (!Array.isArray(answer.files)) throw bad('a page without files')
  const { nextPageToken: next } = answer
  return {
    // What has no usable id cannot be chosen.
    folders: answer.files.flatMap((file) =>
      isObject(file) && isId(file.id) ? [{ id: file.id, name: itemName(file.name) }] : [],
    ),
    next: typeof next === 'string' && next !== '' ? next : null,
  }
}

/** For a text between single quotes in Drive's search language. */
function escaped(text: string): string {
  return text.replace(/[\\']/g, (sign) => `\\${sign}`)
}
