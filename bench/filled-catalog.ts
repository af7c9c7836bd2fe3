import Database from 'better-sqlite3'
import { openCatalog } from '../src/catalog/open.ts'
import { timeText } from '../src/catalog/times.ts'

/** Files to a folder; one folder holds many more. */
const FOLDER = 49
const LARGE_FOLDER = 100_000
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Makes a catalog as after years of use, without the drive it would take: `count` items in a tree, nearly all of them
 * stored, some in trouble, left out or waiting, with a line of the activity log for each copy. The source has lost its place in
 * the feed: a daemon lists the drive. Deterministic.
 */
export async function fillCatalog(file: string, count: number, now: number): Promise<void> {
  await (await openCatalog(file)).destroy()
  const db = new Database(file)
  db.pragma('synchronous = OFF')
  db.pragma('journal_mode = WAL')
  const at = (ms: number) => timeText(now - ms)
  db.exec(`insert into accounts (id, email, created_at) values (1, 'owner@example.com', '${at(400 * DAY_MS)}')`)
  db.exec(
    `insert into sources (id, account_id, kind, name, root_id, credentials, cursor, scan_generation, last_success, created_at)
      values (1, 1, 'my-drive', 'owner@example.com', 'root', 'bench', null, 1, '${at(DAY_MS)}', '${at(400 * DAY_MS)}')`,
  )
  const statements = prepare(db)
  const folders = [{ id: 'root', path: '', depth: 0 }]
  for (let first = 0; first < count; first += 10_000)
    db.transaction(() => {
      for (let i = first; i < Math.min(first + 10_000, count); i++) insert(i)
    })()
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()

  function insert(i: number): void {
    const folder = i % (FOLDER + 1) === 0
    // The first folder holds a tenth of all, the rest lie in the folders of the last thousand.
    const near = folders[i % 10 === 3 && i < LARGE_FOLDER * 10 ? 1 : folders.length - 1 - (i % 7)]
    const parent = near === undefined || (folder && near.depth > 6) ? folders[0] : near
    const name = folder ? `Project ${i}` : `${WORDS[i % WORDS.length]} ${i}.${EXTENSIONS[i % EXTENSIONS.length]}`
    const path = parent?.path === '' ? name : `${parent?.path}/${name}`
    const id = `1f${String(i).padStart(26, '0')}`
    const state = folder ? 'synced' : stateOf(i)
    const age = at(300 * DAY_MS - Math.round((i / count) * 299 * DAY_MS))
    if (folder && folders.push({ id, path, depth: (parent?.depth ?? 0) + 1 }) > 1000) folders.splice(2, 1)
    const size = folder ? null : 1000 + ((i * 7919) % 500_000)
    const waits = state === 'pending' || state === 'failed'
    const fault = state === 'failed' ? 's3/key-refused' : i % 500 === 17 ? 'drive/export-failed' : null
    statements.file.run({
      row: i + 1,
      id,
      name,
      kind: folder ? 'folder' : 'blob',
      mime: folder ? 'application/vnd.google-apps.folder' : 'application/pdf',
      parent: parent?.id,
      path,
      size,
      md5: folder ? null : '0123456789abcdef0123456789abcdef',
      sha256: folder ? null : '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
      revision: folder ? 'folder' : `0B${i}revision`,
      age,
      state,
      reason: state === 'skipped' ? 'excluded' : null,
      fault: waits ? fault : null,
      error: waits && fault !== null ? `${path}: it did not work. Try again.` : null,
      since: waits ? age : null,
      next: waits ? at(-(i % 86_400) * 1000) : null,
    })
    if (folder || state !== 'synced') return
    statements.revision.run({ row: i + 1, revision: `0B${i}revision`, size, age })
    statements.copy.run({ row: i + 1, revision: `0B${i}revision`, key: `home/owner@example.com/${path}`, size, age })
    statements.log.run({ id, path, size, age: at(80 * DAY_MS - Math.round((i / count) * 80 * DAY_MS)) })
  }
}

const WORDS = [
  'Quarterly report',
  'Invoice',
  'Übersicht',
  'meeting notes',
  'Holiday photo',
  'contract (signed)',
  'räknare',
]
const EXTENSIONS = ['pdf', 'docx', 'jpg', 'xlsx', 'mp4', 'txt']

function stateOf(i: number): 'synced' | 'pending' | 'failed' | 'skipped' {
  if (i % 1000 === 5) return 'failed'
  if (i % 200 === 7) return 'skipped'
  return i % 50 === 17 ? 'pending' : 'synced'
}

function prepare(db: Database.Database) {
  return {
    file: db.prepare(`insert into files (id, source_id, file_id, name, kind, mime_type, parent_id, place_id, path,
        stored_name, stored_path, size, md5, sha256, version, revision, created_time, modified_time, owned_by_me,
        can_download, trashed, explicitly_trashed, seen_by, scan_generation, first_seen, sync_status, skip_reason, fault,
        last_error, pending_since, next_attempt)
      values (@row, 1, @id, @name, @kind, @mime, @parent, @parent, @path, @name, @path, @size, @md5, @sha256, 1, @revision,
        @age, @age, 1, 1, 0, 0, 'scan', 1, @age, @state, @reason, @fault, @error, @since, @next)`),
    revision: db.prepare(`insert into revisions (file, revision, size, modified_time, captured_at)
      values (@row, @revision, @size, @age, @age)`),
    copy: db.prepare(`insert into copies (file, revision, destination, object_key, etag, size, place, stored_at)
      values (@row, @revision, 'aws_s3', @key, '"0123456789abcdef0123456789abcdef"', @size, 'mirror', @age)`),
    log: db.prepare(`insert into sync_logs (timestamp, source_id, file_id, path, action, message, bytes, duration_ms)
      values (@age, 1, @id, @path, 'stored', 'aws_s3', @size, 20)`),
  }
}
