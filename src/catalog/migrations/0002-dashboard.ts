import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What the dashboard and the API stand on: who may do what (sessions, tokens, the audit log), settings changed in the
 * browser, figures over time, and counts kept as rows change, so that no page counts a million files.
 */
export const dashboard: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}

const STATEMENTS = [
  // The cookie holds a random secret; only its SHA-256 is kept, so that the database alone opens no session.
  `create table sessions (
    id integer primary key,
    secret_hash text not null unique,
    user_id integer not null references users (id) on delete cascade,
    created_at text not null, last_seen_at text not null,
    address text not null, user_agent text not null)`,
  `create index sessions_of_user on sessions (user_id)`,

  `create table api_tokens (
    id integer primary key,
    secret_hash text not null unique,
    user_id integer not null references users (id) on delete cascade,
    name text not null,
    -- The first characters, to tell tokens apart.
    hint text not null,
    -- JSON: a list of read, control, restore, admin.
    scopes text not null,
    created_at text not null, expires_at text, last_used_at text)`,
  `create index api_tokens_of_user on api_tokens (user_id)`,

  // Names and not ids: what a user did stays known when the user is gone.
  `create table audit_log (
    id integer primary key,
    timestamp text not null,
    actor text, address text,
    action text not null, subject text, detail text,
    outcome text not null check (outcome in ('done', 'refused')))`,

  // Keys of config.yaml that were set in the dashboard; they win over the file. A secret is sealed.
  `create table overrides (
    key text primary key,
    value text not null,
    sealed integer not null check (sealed in (0, 1)),
    changed_at text not null, changed_by text not null)`,

  // What happened in each minute, hour and day, and what stood at its end.
  `create table metrics (
    resolution text not null check (resolution in ('minute', 'hour', 'day')),
    at text not null,
    files bigint not null, bytes bigint not null, failures bigint not null,
    api_calls bigint not null, storage_calls bigint not null, quota_units bigint not null,
    files_total bigint not null, files_synced bigint not null, files_failed bigint not null, bytes_stored bigint not null,
    primary key (resolution, at)) without rowid`,

  `create table file_tallies (
    source_id integer not null, sync_status text not null, skip_reason text not null, fault text not null,
    removed integer not null,
    files bigint not null, bytes bigint not null,
    primary key (source_id, sync_status, skip_reason, fault, removed)) without rowid`,
  `insert into file_tallies
    select source_id, sync_status, coalesce(skip_reason, ''), coalesce(fault, ''), removed_at is not null,
      count(*), sum(coalesce(size, 0))
    from files group by 1, 2, 3, 4, 5`,
  `create trigger files_tallied_on_insert after insert on files begin ${tallyFile('new', 1)}; end`,
  `create trigger files_tallied_on_delete after delete on files begin ${tallyFile('old', -1)}; end`,
  `create trigger files_tallied_on_update
    after update of source_id, sync_status, skip_reason, fault, removed_at, size on files
    when (old.source_id, old.sync_status, old.skip_reason, old.fault, old.removed_at is null, old.size)
      is not (new.source_id, new.sync_status, new.skip_reason, new.fault, new.removed_at is null, new.size)
    begin ${tallyFile('old', -1)}; ${tallyFile('new', 1)}; end`,

  `create table copy_tallies (
    destination text not null, place text not null,
    copies bigint not null, bytes bigint not null,
    primary key (destination, place)) without rowid`,
  `insert into copy_tallies select destination, place, count(*), sum(size) from copies group by 1, 2`,
  `create trigger copies_tallied_on_insert after insert on copies begin ${tallyCopy('new', 1)}; end`,
  `create trigger copies_tallied_on_delete after delete on copies begin ${tallyCopy('old', -1)}; end`,
  `create trigger copies_tallied_on_update after update of destination, place, size on copies
    when (old.destination, old.place, old.size) is not (new.destination, new.place, new.size)
    begin ${tallyCopy('old', -1)}; ${tallyCopy('new', 1)}; end`,

  // Lists of what is in trouble or left out; both are short on a healthy drive and cost the rest nothing.
  `create index files_in_trouble on files (fault, id) where fault is not null`,
  `create index files_skipped on files (skip_reason, id) where skip_reason is not null`,
]

function tallyFile(row: 'old' | 'new', by: 1 | -1): string {
  return `insert into file_tallies values (${row}.source_id, ${row}.sync_status, coalesce(${row}.skip_reason, ''),
      coalesce(${row}.fault, ''), ${row}.removed_at is not null, ${by}, ${by} * coalesce(${row}.size, 0))
    on conflict (source_id, sync_status, skip_reason, fault, removed)
      do update set files = files + excluded.files, bytes = bytes + excluded.bytes`
}

function tallyCopy(row: 'old' | 'new', by: 1 | -1): string {
  return `insert into copy_tallies values (${row}.destination, ${row}.place, ${by}, ${by} * ${row}.size)
    on conflict (destination, place) do update set copies = copies + excluded.copies, bytes = bytes + excluded.bytes`
}
