import { SKIP_REASONS, type SkipReason } from '../../backup/model/faults.ts'
import { failsForGood } from '../../backup/model/health.ts'
import { wake } from '../../catalog/operator.ts'
import { fileById, type RevisionWithCopies, revisionsOf } from '../../catalog/read/file-detail.ts'
import {
  type FileQuestion,
  folderById,
  foldersAbove,
  type ListedFile,
  listFiles,
  storedName,
} from '../../catalog/read/file-lists.ts'
import { retryOne } from '../../catalog/read/problems.ts'
import type { Position } from '../../catalog/read/walk.ts'
import type { FileRow } from '../../catalog/schema.ts'
import { isoTime } from '../../catalog/times.ts'
import * as routes from '../contract/files.ts'
import { adviceFor, titleOf } from '../figures/fault-text.ts'
import type { FigureParts } from '../figures/parts.ts'
import { cursorOf, positionOf, refusingCursors, wasShortened } from '../http/cursor.ts'
import { answers, type Call, type Handler, Refusal } from '../http/handler.ts'

/** Browsing and searching what is known of the drive, and one file with all that is stored of it. */
export function filesHandlers(parts: FigureParts): Handler[] {
  return [
    answers(routes.listFiles, (call) => list(parts, call)),
    answers(routes.getFile, (call) => detail(parts, call.params.id)),
    answers(routes.retryFile, (call) => retry(parts, call)),
  ]
}

async function list({ db, pace }: FigureParts, { query }: Call<typeof routes.listFiles>) {
  const { folder: folderId, search, source, status, reason, cursor, limit } = query
  const folder = folderId === undefined ? null : await folderById(db, folderId)
  if (folderId !== undefined && folder === null)
    throw new Refusal(404, `There is no folder ${folderId}. It may have been another catalog’s: begin at the top.`)
  const question: FileQuestion = {
    folder,
    source: source ?? null,
    search: search === undefined || search === '' ? null : search,
    status: status ?? null,
    reason: reason ?? null,
  }
  const from = await resumed(db, positionOf(cursor))
  const { files, next, searched } = await refusingCursors(listFiles(db, question, from, limit, pace))
  return {
    files: files.map(fileAnswer),
    crumbs: folder === null ? [] : [...(await foldersAbove(db, folder)), folderAnswer(folder)],
    next: cursorOf(next),
    searched,
  }
}

/** A long name is not all in the cursor: it is looked up, unless the row has another one by now. */
async function resumed(db: FigureParts['db'], position: Position | null): Promise<Position | null> {
  const [name, id] = position?.after ?? []
  if (position === null || typeof name !== 'string' || typeof id !== 'number' || !wasShortened(name)) return position
  const whole = await storedName(db, id)
  // From the beginning of the name on: some rows are shown again, and none is missed.
  return { ...position, after: whole?.startsWith(name) ? [whole, id] : [name, 0] }
}

async function detail({ db }: FigureParts, id: number) {
  const file = await known(db, id)
  const { revisions, total } = await revisionsOf(db, id)
  const { skip_reason: reason, fault } = file
  return {
    ...fileAnswer(file),
    web_link: `https://drive.google.com/open?id=${encodeURIComponent(file.file_id)}`,
    first_seen: isoTime(file.first_seen),
    pending_since: isoTime(file.pending_since),
    attempts: file.attempts,
    next_attempt: isoTime(file.next_attempt),
    last_error: file.last_error,
    title: fault === null ? null : titleOf(fault),
    fault_at_destination: file.fault_at_destination,
    hint: fault === null ? null : adviceFor(fault, file.sync_status === 'failed' && failsForGood(fault)),
    skip_explanation: reason === null ? null : skipExplanation(reason),
    crumbs: await foldersAbove(db, file),
    revisions: revisions.map((revision) => ({
      revision: revision.revision,
      current: revision.revision === file.revision,
      size: revision.size,
      modified_at: isoTime(revision.modified_time),
      captured_at: isoTime(revision.captured_at),
      copies: revision.copies.map(copyAnswer),
    })),
    revisions_total: total,
  }
}

async function retry({ db, now, status }: FigureParts, { params: { id }, audit }: Call<typeof routes.retryFile>) {
  const { path, sync_status, fault } = await known(db, id)
  audit(path)
  if (!(await retryOne(db, id, now()))) throw new Refusal(409, notRetried({ sync_status, fault }))
  await wake(db)
  status.forget()
  return { retried: 1 }
}

function notRetried({ sync_status, fault }: Pick<FileRow, 'sync_status' | 'fault'>): string {
  if (fault !== null) return 'It is being tried at this moment.'
  switch (sync_status) {
    case 'synced':
      return 'It is stored: there is nothing to try again.'
    case 'skipped':
      return 'It is skipped, and has not failed. Change what is skipped under Settings, or the file in Drive.'
    case 'pending':
    case 'failed':
      return 'It waits for its turn, and is copied by itself.'
  }
}

async function known(db: FigureParts['db'], id: number): Promise<FileRow> {
  const file = await fileById(db, id)
  if (file === null)
    throw new Refusal(404, `There is no file ${id}. It may have been another catalog’s: search for it.`)
  return file
}

export function fileAnswer(row: ListedFile) {
  return {
    id: row.id,
    drive_id: row.file_id,
    source: row.source_id,
    kind: row.kind,
    name: row.name,
    path: row.path,
    mime_type: row.mime_type,
    size: row.size,
    modified_at: isoTime(row.modified_time),
    status: row.sync_status,
    skip_reason: row.skip_reason,
    fault: row.fault,
    trashed: row.trashed === 1,
    removed_at: isoTime(row.removed_at),
  }
}

function folderAnswer({ id, name, path }: { id: number; name: string; path: string }) {
  return { id, name, path }
}

function copyAnswer({
  destination,
  object_key,
  version_id,
  size,
  sha256,
  place,
  stored_at,
}: RevisionWithCopies['copies'][number]) {
  return { destination, key: object_key, version_id, size, sha256, place, stored_at: isoTime(stored_at) }
}

export function skipExplanation(reason: string): string {
  return Object.hasOwn(SKIP_REASONS, reason) ? SKIP_REASONS[reason as SkipReason] : reason
}
