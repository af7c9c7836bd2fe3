import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * The spine: sources with their cursors, one row an item, one row a captured revision, one row a copy of it, and what the
 * operator sees of the daemon. The checks repeat the types of backup/: a row the type cannot hold, the table refuses.
 * Times are UTC text (see times.ts), booleans 0 or 1, sizes bytes.
 */
export const spine: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}

const STATEMENTS = [
  `create table accounts (
    id integer primary key,
    email text not null unique,
    created_at text not null)`,

  `create table sources (
    id integer primary key,
    account_id integer not null references accounts (id),
    kind text not null check (kind in ('my-drive', 'shared-drive')),
    drive_id text,
    name text not null unique,
    root_id text not null,
    credentials text not null,
    cursor text,
    scan_generation integer not null default 0,
    scan_cursor text, scan_phase text, scan_position text,
    last_success text, last_fault text, last_fault_message text,
    created_at text not null,
    unique (account_id, drive_id),
    check ((kind = 'shared-drive') = (drive_id is not null)),
    check ((scan_cursor is null) = (scan_phase is null)),
    check (scan_position is null or scan_phase is not null))`,

  `create table files (
    id integer primary key,
    source_id integer not null references sources (id),
    file_id text not null,
    name text not null,
    kind text not null check (kind in ('blob', 'native', 'folder', 'shortcut')),
    mime_type text not null,
    parent_id text,
    -- The folder it is stored in: its parent where we can see that, else one of the top-level folders of names.ts.
    place_id text not null,
    path text not null,
    stored_name text not null,
    stored_path text not null,
    size bigint, md5 text, sha256 text, head_revision_id text,
    export_type text, export_extension text,
    target_id text, target_type text,
    version bigint not null,
    revision text not null,
    created_time text not null, modified_time text not null,
    owned_by_me integer not null, drive_id text, can_download integer not null,
    trashed integer not null, explicitly_trashed integer not null, removed_at text,
    seen_by text not null check (seen_by in ('scan', 'feed')),
    scan_generation integer not null,
    first_seen text not null,
    sync_status text not null check (sync_status in ('pending', 'synced', 'failed', 'skipped')),
    skip_reason text, fault text, last_error text,
    attempts integer not null default 0,
    pending_since text, next_attempt text,
    due_no integer not null default 0,
    unique (source_id, file_id),
    check ((kind = 'blob') = (size is not null)),
    check ((kind = 'shortcut') = (target_id is not null)),
    check (explicitly_trashed <= trashed),
    check ((sync_status = 'skipped') = (skip_reason is not null)),
    check (sync_status <> 'failed' or fault is not null),
    check (sync_status = 'synced' or kind <> 'folder'))`,
  // Asked in every cycle; empty when nothing is to be done, however large the drive.
  `create index files_due on files (source_id, next_attempt) where next_attempt is not null`,
  `create index files_children on files (source_id, place_id, stored_name)`,
  // What waits to be protected, the longest-waiting first.
  `create index files_waiting on files (pending_since) where pending_since is not null`,

  // The files in hand. Small and apart: the wide rows of files are then written once for each outcome.
  `create table claims (
    file integer primary key references files (id),
    due_no integer not null,
    stored_path text not null)`,

  // Paths under which an object of the file may lie that nobody wrote down: a run died, or an attempt failed half-way.
  `create table doubts (
    file integer not null references files (id),
    stored_path text not null,
    primary key (file, stored_path)) without rowid`,

  `create table revisions (
    file integer not null references files (id),
    revision text not null,
    size bigint not null, md5 text, sha256 text,
    modified_time text not null, captured_at text not null,
    primary key (file, revision)) without rowid`,

  `create table copies (
    id integer primary key,
    file integer not null references files (id),
    revision text not null,
    destination text not null,
    object_key text not null,
    version_id text, etag text,
    size bigint not null, sha256 text,
    place text not null check (place in ('mirror', 'history')),
    stored_at text not null)`,
  `create index copies_of_file on copies (file)`,
  // Two files can never claim the same living object.
  `create unique index copies_mirror on copies (destination, object_key) where place = 'mirror'`,

  `create table removals (
    destination text not null, object_key text not null,
    primary key (destination, object_key))`,

  `create table uploads (
    destination text not null, object_key text not null,
    upload_id text not null, revision text not null,
    part_size bigint not null, hash_state text not null, parts text not null,
    updated_at text not null,
    primary key (destination, object_key))`,

  `create table cycles (
    id integer primary key,
    source_id integer not null references sources (id),
    started_at text not null, ended_at text not null,
    result text not null check (result in ('done', 'drained', 'broken')),
    fault text,
    seen integer not null, synced integer not null, skipped integer not null, moved integer not null,
    failed integer not null, retrying integer not null, bytes bigint not null,
    api_calls integer not null, storage_calls integer not null)`,

  `create table sync_logs (
    id integer primary key,
    timestamp text not null,
    source_id integer, file_id text, path text,
    action text not null, message text, bytes bigint, duration_ms integer)`,
  `create index sync_logs_by_time on sync_logs (timestamp)`,

  `create table daemon_state (
    id integer primary key check (id = 1),
    desired text not null check (desired in ('running', 'paused', 'stopped')),
    state text not null check (state in ('running', 'paused', 'stopped')),
    wakeups integer not null,
    pid integer, started_at text,
    updated_at text not null)`,

  `create table users (
    id integer primary key,
    name text not null unique,
    password_hash text not null,
    role text not null check (role in ('viewer', 'operator', 'admin')),
    created_at text not null)`,

  `create table settings (name text primary key, value text not null)`,
]
