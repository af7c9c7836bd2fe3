import Database from 'better-sqlite3'
import { openCatalog } from '../src/catalog/open.ts'
import { timeMs, timeText } from '../src/catalog/times.ts'

/** Files to a folder; one folder holds many more. */
const FOLDER = 49
const LARGE_FOLDER = 100_000
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Makes a catalog as after years of use, without the drive it would take: `count` items in a tree, nearly all of them
 * stored, some with a fault, left out or waiting, with a line of the activity log for each copy. The source has lost its place in
 * the feed: a daemon lists the drive. Deterministic. `revisions`: of each stored file. `placements`: every fifth item was moved
 * or renamed once.
 */
export async function fillCatalog(
  file: string,
  count: number,
  now: number,
  { revisions = 1, placements = false }: { revisions?: number; placements?: boolean } = {},
): Promise<void> {
  await (await openCatalog(file)).destroy()
  const db = new Database(file)
  db.pragma('synchronous = OFF')
  db.pragma('journal_mode = WAL')
  const at = (ms: number) => timeText(now - ms)
  db.exec(`insert into accounts (id, email, created_at) values (1, 'owner@example.com', '${at(400 * DAY_MS)}')`)
  db.exec(
    `insert into sources (id, account_id, kind, name, root_id, config_name, credentials, cursor, scan_generation, last_success, created_at)
      values (1, 1, 'my-drive', 'owner@example.com', 'root', 'google_drive', 'bench', null, 1, '${at(DAY_MS)}', '${at(400 * DAY_MS)}')`,
  )
  db.exec(`insert into destinations (id, name, address, known) values (1, 'aws_s3', 's3://bench', 1)`)
  const statements = prepare(db)
  const folders = [{ id: 'root', path: '', depth: 0 }]
  for (let first = 0; first < count; first += 10_000)
    db.transaction(() => {
      for (let i = first; i < Math.min(first + 10_000, count); i++) insert(i)
    })()
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()

  /** A moment between one and now. */
  function between(age: string, share: number): string {
    const then = timeMs(age)
    return timeText(then + (now - then) * share)
  }

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
    const unread = state === 'pending' && i % 500 === 17
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
      reason: state === 'skipped' ? 'excluded' : null,
      readFault: unread ? 'drive/export-failed' : null,
      readAt: unread ? age : null,
    })
    if (placements && i % 5 === 2) {
      const before = folders[(i * 31) % folders.length]?.id
      statements.placement.run({
        row: i + 1,
        parent: before,
        name: `was ${name}`,
        from: age,
        to: between(age, (i % 97) / 100),
      })
    }
    if (state === 'pending' || state === 'failed') {
      const fault = state === 'failed' ? 'storage/key-refused' : null
      const due = at(-(i % 86_400) * 1000)
      const failed = state === 'failed' ? 1 : 0
      statements.delivery.run({ row: i + 1, size, age, due, failed, fault, faultAt: fault === null ? null : age })
    }
    if (folder || state !== 'synced') return
    for (let older = 1; older < revisions; older++)
      statements.revision.run({
        row: i + 1,
        revision: `0B${i}revision${older}`,
        size,
        age: between(age, older / revisions),
      })
    const newest = revisions === 1 ? age : between(age, 0.99)
    statements.revision.run({ row: i + 1, revision: `0B${i}revision`, size, age: newest })
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
    file: db.prepare(`insert into items (id, source_id, file_id, name, kind, mime_type, parent_id, place_id, path,
        stored_name, stored_path, size, md5, sha256, version, revision, created_time, modified_time, owned_by_me,
        can_download, trashed, explicitly_trashed, seen_by, scan_generation, first_seen, skip_reason, read_fault,
        read_fault_at)
      values (@row, 1, @id, @name, @kind, @mime, @parent, @parent, @path, @name, @path, @size, @md5, @sha256, 1, @revision,
        @age, @age, 1, 1, 0, 0, 'first-scan', 1, @age, @reason, @readFault, @readAt)`),
    delivery: db.prepare(`insert into deliveries (file, destination, source_id, bytes, priority, since, due_at, failed,
        fault, fault_at)
      values (@row, 1, 1, @size, 1, @age, @due, @failed, @fault, @faultAt)`),
    revision: db.prepare(`insert into revisions (file, revision, size, modified_time, captured_at)
      values (@row, @revision, @size, @age, @age)`),
    placement: db.prepare(`insert into placements (item, parent, name, stored_name, from_at, to_at)
      values (@row, @parent, @name, @name, @from, @to)`),
    copy: db.prepare(`insert into copies (file, revision, destination, object_key, etag, size, place, stored_at)
      values (@row, @revision, 1, @key, '"0123456789abcdef0123456789abcdef"', @size, 'mirror', @age)`),
    log: db.prepare(`insert into sync_logs (timestamp, source_id, file_id, path, action, destination, bytes, duration_ms)
      values (@age, 1, @id, @path, 'stored', 'aws_s3', @size, 20)`),
  }
}
