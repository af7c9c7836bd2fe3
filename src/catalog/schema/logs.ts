/** What happened, and the figures over time. */
export const LOGS = [
  // One run of a source's feed to its end, with what was delivered of that source since the one before.
  `create table cycles (
    id integer primary key,
    source_id integer not null references sources (id),
    kind text not null default 'check' check (kind in ('check', 'scan', 'reconcile')),
    started_at text not null, ended_at text not null,
    result text not null check (result in ('done', 'drained', 'broken')),
    fault text, fault_subject text, fault_detail text,
    seen integer not null, synced integer not null, skipped integer not null, moved integer not null,
    failed integer not null, retrying integer not null, bytes bigint not null,
    api_calls integer not null, storage_calls integer not null)`,
  `create index cycles_of_source on cycles (source_id)`,

  `create table sync_logs (
    id integer primary key,
    timestamp text not null,
    source_id integer, file_id text, path text,
    action text not null, message text,
    -- The name of the destination that it is about.
    destination text, fault text,
    bytes bigint, duration_ms integer)`,
  `create index sync_logs_by_time on sync_logs (timestamp)`,
  // The last errors, among millions of lines about what went well.
  `create index sync_logs_errors on sync_logs (id) where action in ('failed', 'retrying', 'lost')`,

  // What happened in each minute, hour and day, and what stood at its end.
  `create table metrics (
    resolution text not null check (resolution in ('minute', 'hour', 'day')),
    at text not null,
    files bigint not null, bytes bigint not null, failures bigint not null,
    api_calls bigint not null, storage_calls bigint not null, quota_units bigint not null,
    files_total bigint not null, files_synced bigint not null, files_failed bigint not null, bytes_stored bigint not null,
    primary key (resolution, at)) without rowid`,
]
