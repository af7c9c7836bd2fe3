import type { Generated, Insertable, Selectable } from 'kysely'
import type { TimeText } from './times.ts'

/** The tables of the catalog as Kysely sees them. Meanings and checks stand in migrations/. Booleans are 0 or 1. */
export interface Tables {
  accounts: AccountsTable
  sources: SourcesTable
  files: FilesTable
  claims: ClaimsTable
  doubts: { file: number; stored_path: string }
  revisions: RevisionsTable
  copies: CopiesTable
  removals: { destination: string; object_key: string }
  uploads: UploadsTable
  upload_parts: UploadPartsTable
  cycles: CyclesTable
  sync_logs: SyncLogsTable
  daemon_state: DaemonStateTable
  users: UsersTable
  settings: { name: string; value: string }
  sessions: SessionsTable
  api_tokens: ApiTokensTable
  audit_log: AuditLogTable
  overrides: { key: string; value: string; sealed: number; changed_at: TimeText; changed_by: string }
  metrics: MetricsTable
  file_tallies: FileTalliesTable
  copy_tallies: CopyTalliesTable
}

interface AccountsTable {
  id: Generated<number>
  email: string
  created_at: TimeText
}

interface SourcesTable {
  id: Generated<number>
  account_id: number
  kind: 'my-drive' | 'shared-drive'
  drive_id: string | null
  name: string
  root_id: string
  /** A fingerprint of the credentials it was last reached with. */
  credentials: string
  cursor: string | null
  scan_generation: Generated<number>
  scan_cursor: string | null
  scan_phase: 'folders' | 'files' | null
  scan_position: string | null
  last_success: TimeText | null
  last_fault: string | null
  last_fault_message: string | null
  created_at: TimeText
}

interface FilesTable {
  id: Generated<number>
  source_id: number
  file_id: string
  name: string
  kind: 'blob' | 'native' | 'folder' | 'shortcut'
  mime_type: string
  parent_id: string | null
  place_id: string
  path: string
  stored_name: string
  stored_path: string
  size: number | null
  md5: string | null
  sha256: string | null
  head_revision_id: string | null
  export_type: string | null
  export_extension: string | null
  target_id: string | null
  target_type: string | null
  version: number
  revision: string
  created_time: TimeText
  modified_time: TimeText
  owned_by_me: number
  drive_id: string | null
  can_download: number
  trashed: number
  explicitly_trashed: number
  removed_at: TimeText | null
  seen_by: 'scan' | 'feed'
  scan_generation: number
  first_seen: TimeText
  sync_status: 'pending' | 'synced' | 'failed' | 'skipped'
  skip_reason: string | null
  fault: string | null
  last_error: string | null
  attempts: Generated<number>
  /** Since when its present content waits to be protected; null when it does not. */
  pending_since: TimeText | null
  next_attempt: TimeText | null
  /** Grows each time something new is to be done: what was decided before says nothing about it. */
  due_no: Generated<number>
}

interface ClaimsTable {
  file: number
  /** The file's `due_no` when it was taken in hand. */
  due_no: number
  /** Where it is being stored: it may be renamed before that is written down. */
  stored_path: string
}

interface RevisionsTable {
  file: number
  revision: string
  size: number
  md5: string | null
  sha256: string | null
  modified_time: TimeText
  captured_at: TimeText
}

interface CopiesTable {
  id: Generated<number>
  file: number
  revision: string
  destination: string
  object_key: string
  version_id: string | null
  etag: string | null
  size: number
  sha256: string | null
  place: 'mirror' | 'history'
  stored_at: TimeText
}

interface UploadsTable {
  destination: string
  object_key: string
  upload_id: string
  revision: string
  part_size: number
  updated_at: TimeText
}

interface UploadPartsTable {
  destination: string
  object_key: string
  number: number
  size: number
  etag: string
  sha256: string
}

interface CyclesTable {
  id: Generated<number>
  source_id: number
  started_at: TimeText
  ended_at: TimeText
  result: 'done' | 'drained' | 'broken'
  fault: string | null
  seen: number
  synced: number
  skipped: number
  moved: number
  failed: number
  retrying: number
  bytes: number
  api_calls: number
  storage_calls: number
}

interface SyncLogsTable {
  id: Generated<number>
  timestamp: TimeText
  source_id: number | null
  file_id: string | null
  path: string | null
  action: string
  message: string | null
  bytes: number | null
  duration_ms: number | null
}

interface DaemonStateTable {
  id: number
  /** What the operator chose. */
  desired: 'running' | 'paused' | 'stopped'
  /** What the daemon is doing; `stopped` when none runs. */
  state: 'running' | 'paused' | 'stopped'
  /** Grows with each request to look now. */
  wakeups: number
  pid: number | null
  started_at: TimeText | null
  updated_at: TimeText
}

interface UsersTable {
  id: Generated<number>
  name: string
  password_hash: string
  role: 'viewer' | 'operator' | 'admin'
  created_at: TimeText
  /** When a session or a token of the user's was last used; null: never. */
  last_seen_at: Generated<TimeText | null>
}

interface SessionsTable {
  id: Generated<number>
  secret_hash: string
  user_id: number
  created_at: TimeText
  last_seen_at: TimeText
  address: string
  user_agent: string
}

interface ApiTokensTable {
  id: Generated<number>
  secret_hash: string
  user_id: number
  name: string
  hint: string
  /** JSON. */
  scopes: string
  created_at: TimeText
  expires_at: TimeText | null
  last_used_at: TimeText | null
}

interface AuditLogTable {
  id: Generated<number>
  timestamp: TimeText
  actor: string | null
  address: string | null
  action: string
  subject: string | null
  detail: string | null
  outcome: 'done' | 'refused'
}

interface MetricsTable {
  resolution: 'minute' | 'hour' | 'day'
  /** The beginning of the minute, hour or day. */
  at: TimeText
  files: number
  bytes: number
  failures: number
  api_calls: number
  storage_calls: number
  quota_units: number
  files_total: number
  files_synced: number
  files_failed: number
  bytes_stored: number
}

/** How many files are in each state; kept by triggers. An absent reason or fault is ''. Rows may count 0. */
interface FileTalliesTable {
  source_id: number
  sync_status: 'pending' | 'synced' | 'failed' | 'skipped'
  skip_reason: string
  fault: string
  removed: number
  files: number
  /** Of blobs, as Drive gives their sizes. */
  bytes: number
}

/** What lies at each destination; kept by triggers. Rows may count 0. */
interface CopyTalliesTable {
  destination: string
  place: 'mirror' | 'history'
  copies: number
  bytes: number
  last_stored: TimeText | null
}

export type FileRow = Selectable<FilesTable>
export type NewFileRow = Insertable<FilesTable>
export type CopyRow = Selectable<CopiesTable>
