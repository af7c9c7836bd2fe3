/** Whether the file of a trigger's row, ROW, has other deliveries, and others that failed. */
const OTHERS = 'exists (select 1 from deliveries where file = ROW.file and destination <> ROW.destination)'
const OTHERS_FAILED =
  'exists (select 1 from deliveries where file = ROW.file and destination <> ROW.destination and failed = 1)'

/** What is to be done, and what is being done. */
export const WORK = [
  // One file's pending work at one destination. No delivery: nothing is due there.
  `create table deliveries (
    file integer not null references items (id),
    destination integer not null references destinations (id),
    source_id integer not null,
    -- Of the file, for the figures; 0 where nobody knows it before an export.
    bytes bigint not null,
    -- 0 live change, 1 retry, 2 re-key, 3 first backup: see backup/plan/priority.ts.
    priority integer not null check (priority between 0 and 3),
    -- Grows with each news of the file: what was decided before says nothing about it.
    generation integer not null default 1,
    since text not null,
    due_at text not null,
    attempts integer not null default 0,
    failed integer not null default 0 check (failed in (0, 1)),
    fault text, fault_detail text, fault_at text,
    -- The process start that has it in hand.
    claimed_by text,
    primary key (file, destination),
    check ((fault is null) = (fault_at is null))) without rowid`,
  // In exactly the order in which work is taken; empty when nothing is to be done, however large the drive.
  `create index deliveries_due on deliveries (source_id, destination, priority, due_at) where claimed_by is null`,
  // The longest-waiting first.
  `create index deliveries_waiting on deliveries (source_id, destination, since)`,
  `create index deliveries_faulty on deliveries (fault, destination, file) where fault is not null`,

  `create index deliveries_failed on deliveries (file) where failed = 1`,

  // Keys that may hold bytes which the catalog does not record yet; also the locks on keys.
  // 'reserved': nothing was sent yet. 'uncertain': a run died over it, or an attempt failed half-way. 'unknown': an inventory
  // showed an object that no copy in the catalog explains.
  `create table writes (
    destination integer not null references destinations (id),
    object_key text not null,
    file integer references items (id),
    revision text,
    state text not null check (state in ('reserved', 'uncertain', 'unknown')),
    claimed_by text,
    primary key (destination, object_key)) without rowid`,
  `create index writes_left on writes (destination, object_key) where state = 'uncertain'`,

  // How many deliveries there are, by cause. An absent fault is ''. Rows may count 0.
  `create table delivery_tallies (
    source_id integer not null, destination integer not null, priority integer not null,
    failed integer not null, fault text not null,
    deliveries bigint not null, bytes bigint not null,
    primary key (source_id, destination, priority, failed, fault)) without rowid`,
  // How many files have an open delivery anywhere and none that failed, and how many have a failed one.
  `create table work_tallies (
    source_id integer not null, status text not null check (status in ('pending', 'failed')),
    files bigint not null,
    primary key (source_id, status)) without rowid`,
  `create trigger deliveries_tallied_on_insert after insert on deliveries begin ${tally('new', 1)}; end`,
  `create trigger deliveries_tallied_on_delete after delete on deliveries begin ${tally('old', -1)}; end`,
  `create trigger deliveries_tallied_on_update after update of priority, failed, fault, bytes on deliveries
    when (old.priority, old.failed, old.fault, old.bytes) is not (new.priority, new.failed, new.fault, new.bytes) begin
    ${tally('old', -1)}; ${tally('new', 1)}; end`,
  // A file counts as failed with any failed delivery, else as pending with any. So only its first and its last delivery, and its
  // first and its last failed one, change the figures.
  `create trigger deliveries_first after insert on deliveries when not ${of('new', OTHERS)} begin
    ${countFile('new', statusOf('new'), 1)}; end`,
  `create trigger deliveries_last after delete on deliveries when not ${of('old', OTHERS)} begin
    ${countFile('old', statusOf('old'), -1)}; end`,
  `create trigger deliveries_further_failed after insert on deliveries
    when new.failed = 1 and ${of('new', OTHERS)} and not ${of('new', OTHERS_FAILED)} begin
    ${countFile('new', "'pending'", -1)}; ${countFile('new', "'failed'", 1)}; end`,
  `create trigger deliveries_failed_gone after delete on deliveries
    when old.failed = 1 and ${of('old', OTHERS)} and not ${of('old', OTHERS_FAILED)} begin
    ${countFile('old', "'failed'", -1)}; ${countFile('old', "'pending'", 1)}; end`,
  `create trigger deliveries_failed_changed after update of failed on deliveries
    when old.failed <> new.failed and not ${of('new', OTHERS_FAILED)} begin
    ${countFile('new', statusOf('old'), -1)}; ${countFile('new', statusOf('new'), 1)}; end`,

  `create table item_tallies (
    source_id integer not null, kind text not null, skip_reason text not null,
    read_fault text not null, read_failed integer not null, removed integer not null,
    files bigint not null, bytes bigint not null,
    primary key (source_id, kind, skip_reason, read_fault, read_failed, removed)) without rowid`,
  `create trigger items_tallied_on_insert after insert on items begin ${tallyItem('new', 1)}; end`,
  `create trigger items_tallied_on_delete after delete on items begin ${tallyItem('old', -1)}; end`,
  `create trigger items_tallied_on_update after update of source_id, kind, skip_reason, read_fault, read_failed, removed_at, size on items
    when (old.source_id, old.kind, old.skip_reason, old.read_fault, old.read_failed, old.removed_at is null, old.size)
      is not (new.source_id, new.kind, new.skip_reason, new.read_fault, new.read_failed, new.removed_at is null, new.size)
    begin ${tallyItem('old', -1)}; ${tallyItem('new', 1)}; end`,

  `create table copy_tallies (
    destination integer not null, place text not null,
    copies bigint not null, bytes bigint not null, last_stored text,
    primary key (destination, place)) without rowid`,
  `create trigger copies_tallied_on_insert after insert on copies begin ${tallyCopy('new', 1)},
    last_stored = new.stored_at; end`,
  `create trigger copies_tallied_on_delete after delete on copies begin ${tallyCopy('old', -1)}; end`,
  `create trigger copies_tallied_on_update after update of destination, place, size on copies
    when (old.destination, old.place, old.size) is not (new.destination, new.place, new.size)
    begin ${tallyCopy('old', -1)}; ${tallyCopy('new', 1)}; end`,

  // What the guide's queries and every list read. The status is derived here, and nowhere else.
  `create view files as select i.*,
    case when i.skip_reason is not null then 'skipped'
      when exists (select 1 from deliveries d where d.file = i.id and d.failed = 1) then 'failed'
      when exists (select 1 from deliveries d where d.file = i.id) then 'pending'
      else 'synced' end as sync_status,
    coalesce(i.read_fault, (select d.fault from deliveries d where d.file = i.id and d.fault is not null
      order by d.failed desc, d.destination limit 1)) as fault,
    case when i.read_fault is not null then i.read_detail else (select d.fault_detail from deliveries d
      where d.file = i.id and d.fault is not null order by d.failed desc, d.destination limit 1) end as last_error,
    case when i.read_fault is not null then null else (select p.name from deliveries d
      join destinations p on p.id = d.destination
      where d.file = i.id and d.fault is not null order by d.failed desc, d.destination limit 1) end as fault_at_destination,
    max(i.read_attempts, coalesce((select max(d.attempts) from deliveries d where d.file = i.id), 0)) as attempts,
    (select min(d.since) from deliveries d where d.file = i.id) as pending_since,
    -- Year 9999: only a change of the file or a person brings another attempt.
    (select nullif(min(d.due_at), '9999-12-31 00:00:00.000') from deliveries d where d.file = i.id) as next_attempt
    from items i`,

  // One row for each thing that keeps a file from being protected, along the indexes on faults.
  `create view faulty_reading as select i.id, i.source_id, i.file_id, i.kind, i.name, i.path, i.mime_type, i.size,
      i.modified_time, case i.read_failed when 1 then 'failed' else 'pending' end as sync_status, i.skip_reason,
      i.read_fault as fault, i.read_fault_at as fault_at, i.read_detail as last_error, i.read_attempts as attempts,
      (select nullif(min(d.due_at), '9999-12-31 00:00:00.000') from deliveries d where d.file = i.id) as next_attempt,
      i.trashed, i.removed_at
    from items i where i.read_fault is not null`,
  `create view faulty_storing as select i.id, i.source_id, i.file_id, i.kind, i.name, i.path, i.mime_type, i.size,
      i.modified_time, case d.failed when 1 then 'failed' else 'pending' end as sync_status, i.skip_reason,
      d.fault, d.fault_at, d.fault_detail as last_error, d.attempts,
      nullif(d.due_at, '9999-12-31 00:00:00.000') as next_attempt, i.trashed, i.removed_at, d.destination,
      -- The same as id, in the order of the index.
      d.file as faulty_file
    from deliveries d cross join items i on i.id = d.file where d.fault is not null`,
  // Files that wait, the longest first; one row a file.
  `create view waiting_files as select f.*, d.source_id as waiting_source, d.destination as waiting_at,
      d.since as waiting_since, d.file as waiting_file
    from deliveries d cross join files f on f.id = d.file
    where not exists (select 1 from deliveries o where o.file = d.file and o.destination < d.destination)
      and not exists (select 1 from deliveries o where o.file = d.file and o.failed = 1)`,
  `create view failed_files as select f.*, d.file as failed_file from deliveries d cross join files f on f.id = d.file
    where d.failed = 1
      and not exists (select 1 from deliveries o where o.file = d.file and o.failed = 1 and o.destination < d.destination)`,
]

function tally(row: 'old' | 'new', by: 1 | -1): string {
  return `insert into delivery_tallies values (${row}.source_id, ${row}.destination, ${row}.priority, ${row}.failed,
      coalesce(${row}.fault, ''), ${by}, ${by} * ${row}.bytes)
    on conflict (source_id, destination, priority, failed, fault)
      do update set deliveries = deliveries + excluded.deliveries, bytes = bytes + excluded.bytes`
}

function countFile(row: 'old' | 'new', status: string, by: 1 | -1): string {
  return `insert into work_tallies values (${row}.source_id, ${status}, ${by})
    on conflict (source_id, status) do update set files = files + excluded.files`
}

function statusOf(row: 'old' | 'new'): string {
  return `iif(${row}.failed = 1, 'failed', 'pending')`
}

function of(row: 'old' | 'new', condition: string): string {
  return condition.replaceAll('ROW', row)
}

function tallyItem(row: 'old' | 'new', by: 1 | -1): string {
  return `insert into item_tallies values (${row}.source_id, ${row}.kind, coalesce(${row}.skip_reason, ''),
      coalesce(${row}.read_fault, ''), ${row}.read_failed, ${row}.removed_at is not null, ${by}, ${by} * coalesce(${row}.size, 0))
    on conflict (source_id, kind, skip_reason, read_fault, read_failed, removed)
      do update set files = files + excluded.files, bytes = bytes + excluded.bytes`
}

function tallyCopy(row: 'old' | 'new', by: 1 | -1): string {
  return `insert into copy_tallies (destination, place, copies, bytes, last_stored)
      values (${row}.destination, ${row}.place, ${by}, ${by} * ${row}.size, ${row}.stored_at)
    on conflict (destination, place) do update set copies = copies + excluded.copies, bytes = bytes + excluded.bytes`
}
