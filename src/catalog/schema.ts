import type { Generated, Insertable, Selectable } from 'kysely'
import type { LayoutName } from '../backup/model/destination.ts'
import type { TimeText } from './times.ts'

/** The tables of the catalog as Kysely sees them. Meanings and checks are in schema/. Booleans are 0 or 1. */
export interface Tables {
  accounts: AccountsTable
  sources: SourcesTable
  change_minutes: { source_id: number; minute: TimeText; kind: ChangeKind; items: number }
  destinations: DestinationsTable
  items: ItemsTable
  /** The items with the status that follows from their deliveries. */
  files: FilesView
  placements: PlacementsTable
  absences: AbsencesTable
  revisions: RevisionsTable
  copies: CopiesTable
  deliveries: DeliveriesTable
  writes: WritesTable
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
  item_tallies: ItemTalliesTable
  delivery_tallies: DeliveryTalliesTable
  work_tallies: { source_id: number; status: 'pending' | 'failed'; files: number }
  copy_tallies: CopyTalliesTable
}

/** Where an item was until it was moved or renamed. */
interface PlacementsTable {
  id: Generated<number>
  item: number
  parent: string
  name: string
  stored_name: string
  from_at: TimeText
  to_at: TimeText
}

/** When an item was in the trash by itself, or gone from Drive. */
interface AbsencesTable {
  item: number
  kind: 'trashed' | 'removed'
  from_at: TimeText
  to_at: TimeText | null
}

interface AccountsTable {
  id: Generated<number>
  permission_id: string | null
  email: string
  created_at: TimeText
}

/** What is out of order, as its circuit breaker knows it; all null: nothing is. */
export interface OutageColumns {
  out_fault: string | null
  out_subject: string | null
  out_detail: string | null
  out_since: TimeText | null
  /** Not tried before. */
  out_until: TimeText | null
  out_tries: Generated<number>
}

interface SourcesTable extends OutageColumns {
  id: Generated<number>
  account_id: number
  kind: 'my-drive' | 'shared-drive'
  drive_id: string | null
  name: string
  root_id: string
  config_name: string | null
  unwatched_at: TimeText | null
  /** A fingerprint of the credentials it was last reached with. */
  credentials: string
  cursor: string | null
  scan_generation: Generated<number>
  scan_cursor: string | null
  scan_phase: 'folders' | 'files' | 'listed' | null
  scan_position: string | null
  scan_reason: ScanReason | null
  scan_started_at: TimeText | null
  scan_found: Generated<number>
  reconcile_at: TimeText | null
  reconcile_asked: Generated<number>
  last_success: TimeText | null
  odd_items: Generated<number>
  mass_change: 'alarm' | null
  mass_change_at: TimeText | null
  mass_change_items: number | null
  mass_change_detail: string | null
  created_at: TimeText
}

type ScanReason = 'first' | 'lost-cursor' | 'reconcile'
export type ChangeKind = 'removed' | 'trashed' | 'moved' | 'rewritten'

interface DestinationsTable extends OutageColumns {
  id: Generated<number>
  name: string
  marker: string | null
  address: string | null
  active: Generated<number>
  lease: string | null
  lease_ended: Generated<number>
  known: Generated<number>
  fill_after: number | null
  layout: Generated<LayoutName>
  former_layout: LayoutName | null
  convert_to: LayoutName | null
  rekey_after: number | null
  last_ok_at: TimeText | null
  tested_at: TimeText | null
  tested_ok: number | null
  inventory_at: TimeText | null
  left_fault: string | null
  left_detail: string | null
  left_since: TimeText | null
  inventory_lost: Generated<number>
}

interface ItemsTable {
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
  unreadable: string | null
  trashed: number
  explicitly_trashed: number
  removed_at: TimeText | null
  seen_by: 'first-scan' | 'later'
  scan_generation: number
  first_seen: TimeText
  skip_reason: string | null
  read_fault: string | null
  read_detail: string | null
  read_fault_at: TimeText | null
  read_attempts: Generated<number>
  /** Not tried again soon. */
  read_failed: Generated<number>
}

interface FilesView extends ItemsTable {
  sync_status: 'pending' | 'synced' | 'failed' | 'skipped'
  /** Of reading it, else of the delivery that needs attention most. */
  fault: string | null
  /** What the other side said. */
  last_error: string | null
  /** The destination of that fault; null: it is about reading. */
  fault_at_destination: string | null
  attempts: number
  /** Since when its present content waits to be protected somewhere; null when it does not. */
  pending_since: TimeText | null
  next_attempt: TimeText | null
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
  destination: number
  object_key: string
  version_id: string | null
  etag: string | null
  size: number
  sha256: string | null
  place: 'mirror' | 'history'
  stored_at: TimeText
}

interface DeliveriesTable {
  file: number
  destination: number
  source_id: number
  bytes: number
  priority: number
  generation: Generated<number>
  since: TimeText
  due_at: TimeText
  attempts: Generated<number>
  failed: Generated<number>
  fault: string | null
  fault_detail: string | null
  fault_at: TimeText | null
  claimed_by: string | null
}

interface WritesTable {
  destination: number
  object_key: string
  file: number | null
  revision: string | null
  state: 'reserved' | 'uncertain' | 'unknown'
  claimed_by: string | null
}

interface UploadsTable {
  destination: number
  object_key: string
  upload_id: string
  revision: string
  part_size: number
  updated_at: TimeText
}

interface UploadPartsTable {
  destination: number
  object_key: string
  number: number
  size: number
  etag: string
  sha256: string
}

interface CyclesTable {
  id: Generated<number>
  source_id: number
  kind: Generated<'check' | 'scan' | 'reconcile'>
  started_at: TimeText
  ended_at: TimeText
  result: 'done' | 'drained' | 'broken'
  fault: string | null
  fault_subject: string | null
  fault_detail: string | null
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
  destination: string | null
  fault: string | null
  bytes: number | null
  duration_ms: number | null
}

interface DaemonStateTable {
  id: number
  /** What the operator chose. */
  desired: 'running' | 'paused' | 'stopped'
  /** What the daemon is doing; `stopped` when none runs. */
  state: 'running' | 'paused' | 'stopped'
  /** Grows with each request to check now. */
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

/** How many items there are; kept by triggers, like all tallies. An absent reason is ''. Rows may count 0. */
interface ItemTalliesTable {
  source_id: number
  kind: 'blob' | 'native' | 'folder' | 'shortcut'
  skip_reason: string
  read_fault: string
  read_failed: number
  removed: number
  files: number
  /** Of blobs, as Drive gives their sizes. */
  bytes: number
}

/** How many deliveries wait at each destination, by their fault ('' without one). */
interface DeliveryTalliesTable {
  source_id: number
  destination: number
  priority: number
  failed: number
  fault: string
  deliveries: number
  bytes: number
}

/** What lies at each destination. */
interface CopyTalliesTable {
  destination: number
  place: 'mirror' | 'history'
  copies: number
  bytes: number
  last_stored: TimeText | null
}

export type FileRow = Selectable<FilesView>
export type ItemRow = Selectable<ItemsTable>
export type NewItemRow = Insertable<ItemsTable>
export type CopyRow = Selectable<CopiesTable>
export type SourceRow = Selectable<SourcesTable>
export type DestinationRow = Selectable<DestinationsTable>
