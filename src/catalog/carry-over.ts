import { type Kysely, sql } from 'kysely'
import { createTables } from './migrations/0001-catalog.ts'

/** The migrations of the catalog before deliveries (version 0.1.0). */
export const FORMER = ['0001-spine', '0002-dashboard', '0003-access', '0004-figures', '0005-uploads']

/**
 * Makes a catalog of version 0.1.0 one of today: nothing that it knows is lost. Runs in the caller's transaction.
 *
 * The old tables step aside under other names and their rows are copied. What had not been stored becomes a delivery to each
 * destination; what a run had in hand, or had left uncertain, becomes a write to be looked at.
 */
export async function carryOver(db: Kysely<never>): Promise<void> {
  const run = (statement: string) => sql.raw(statement).execute(db)
  await run('pragma defer_foreign_keys = on')
  const objects = await sql<{ type: string; name: string }>`
    select type, name from sqlite_master where name not like 'sqlite_%' and name not like 'kysely_%'`.execute(db)
  for (const { type, name } of objects.rows)
    if (type === 'trigger' || type === 'index') await run(`drop ${type} "${name}"`)
  const tables = objects.rows.filter(({ type }) => type === 'table').map(({ name }) => name)
  for (const name of tables) await run(`alter table "${name}" rename to "former_${name}"`)
  await createTables(db)
  for (const statement of COPIED) await run(statement)
  // Those that are referred to go last.
  for (const name of tables.toSorted((a, b) => DROPPED_LAST.indexOf(a) - DROPPED_LAST.indexOf(b)))
    await run(`drop table "former_${name}"`)
  await run('delete from kysely_migration')
  await run(`insert into kysely_migration (name, timestamp) values ('0001-catalog', datetime('now'))`)
}

const DROPPED_LAST = ['files', 'sources', 'accounts', 'users']

const whole = (table: string, columns: string) =>
  `insert into ${table} (${columns}) select ${columns} from former_${table}`

/** Keys that hold a file's uncertain bytes were known by their stored path alone; a prefix was not written down, so each is looked for. */
const NAMES_OF_DESTINATIONS = `
  select destination as name from former_copies union select destination from former_uploads union
  select destination from former_removals union
  select substr(name, 13) from former_settings where name like 'destination.%'`

const COPIED = [
  `insert into accounts (id, email, created_at) select id, email, created_at from former_accounts`,
  `insert into sources (id, account_id, kind, drive_id, name, root_id, config_name, credentials, cursor, scan_generation,
      scan_cursor, scan_phase, scan_position, scan_reason, scan_started_at, last_success, created_at)
    select id, account_id, kind, drive_id, name, root_id,
      case when id = (select max(id) from former_sources) then 'google_drive' end, credentials, cursor, scan_generation,
      scan_cursor, scan_phase, scan_position,
      case when scan_phase is null then null when cursor is null then 'first' else 'lost-cursor' end,
      case when scan_phase is null then null else created_at end, last_success, created_at
    from former_sources`,
  // Each is looked over before it is trusted: what a run had in hand is not known by its keys.
  `insert into destinations (name, address, known, fill_after, tested_at, tested_ok)
    select name,
      (select value from former_settings s where s.name = 'destination.' || d.name), 0, 0,
      (select strftime('%Y-%m-%d %H:%M:%f', json_extract(value, '$.at') / 1000.0, 'unixepoch')
        from former_settings s where s.name = 'destination_test.' || d.name),
      (select json_extract(value, '$.ok') from former_settings s where s.name = 'destination_test.' || d.name)
    from (${NAMES_OF_DESTINATIONS}) d`,
  `insert into items (id, source_id, file_id, name, kind, mime_type, parent_id, place_id, path, stored_name, stored_path,
      size, md5, sha256, head_revision_id, export_type, export_extension, target_id, target_type, version, revision,
      created_time, modified_time, owned_by_me, drive_id, can_download, trashed, explicitly_trashed, removed_at,
      seen_by, scan_generation, first_seen, skip_reason)
    select id, source_id, file_id, name, kind, mime_type, parent_id, place_id, path, stored_name, stored_path,
      size, md5, sha256, head_revision_id, export_type, export_extension, target_id, target_type, version, revision,
      created_time, modified_time, owned_by_me, drive_id, can_download, trashed, explicitly_trashed, removed_at,
      case seen_by when 'scan' then 'first-scan' else 'later' end, scan_generation, first_seen, skip_reason
    from former_files`,
  whole('revisions', 'file, revision, size, md5, sha256, modified_time, captured_at'),
  `insert into copies (id, file, revision, destination, object_key, version_id, etag, size, sha256, place, stored_at)
    select c.id, c.file, c.revision, d.id, c.object_key, nullif(c.version_id, 'null'), c.etag, c.size, c.sha256, c.place, c.stored_at
    from former_copies c join destinations d on d.name = c.destination`,
  `insert into uploads select d.id, u.object_key, u.upload_id, u.revision, u.part_size, u.updated_at
    from former_uploads u join destinations d on d.name = u.destination`,
  `insert into upload_parts select d.id, p.object_key, p.number, p.size, p.etag, p.sha256
    from former_upload_parts p join destinations d on d.name = p.destination`,
  `insert into writes (destination, object_key, state) select d.id, r.object_key, 'uncertain'
    from former_removals r join destinations d on d.name = r.destination`,
  `insert into deliveries (file, destination, source_id, bytes, priority, since, due_at, attempts)
    select f.id, d.id, f.source_id, coalesce(f.size, 0), case f.seen_by when 'scan' then 3 else 0 end,
      coalesce(f.pending_since, f.first_seen), coalesce(f.next_attempt, f.first_seen), 0
    from former_files f cross join destinations d
    where (f.sync_status in ('pending', 'failed') or f.next_attempt is not null
        or f.id in (select file from former_claims union select file from former_doubts))
      and f.kind <> 'folder' and f.removed_at is null`,
  `insert into cycles (id, source_id, started_at, ended_at, result, fault, seen, synced, skipped, moved, failed, retrying,
      bytes, api_calls, storage_calls)
    select id, source_id, started_at, ended_at, result,
      case when fault like 's3/%' then 'storage' || substr(fault, 3) else fault end, seen, synced, skipped, moved, failed,
      retrying, bytes, api_calls, storage_calls from former_cycles`,
  `insert into sync_logs (id, timestamp, source_id, file_id, path, action, message, destination, bytes, duration_ms)
    select id, timestamp, source_id, file_id, path, action, case action when 'stored' then null else message end,
      case action when 'stored' then message end, bytes, duration_ms from former_sync_logs`,
  whole('metrics', 'resolution, at, files, bytes, failures, api_calls, storage_calls, quota_units, files_total, files_synced, files_failed, bytes_stored'), // biome-ignore format: one line a table
  whole('daemon_state', 'id, desired, state, wakeups, pid, started_at, updated_at'),
  whole('users', 'id, name, password_hash, role, created_at, last_seen_at'),
  whole('sessions', 'id, secret_hash, user_id, created_at, last_seen_at, address, user_agent'),
  whole('api_tokens', 'id, secret_hash, user_id, name, hint, scopes, created_at, expires_at, last_used_at'),
  whole('audit_log', 'id, timestamp, actor, address, action, subject, detail, outcome'),
  whole('overrides', 'key, value, sealed, changed_at, changed_by'),
  `insert into settings select name, value from former_settings
    where name not like 'destination.%' and name not like 'destination\\_test.%' escape '\\' and name not like 'unexplored.%'
      and name not in ('rules', 'start_trouble', 'upload_sweep_owed')`,
]
