/** What is in Drive, and what of it is stored where. */
export const ITEMS = [
  // One row an item. Nothing here says whether it is protected: that follows from its deliveries (view files).
  `create table items (
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
    -- What of Drive's description cannot be read.
    unreadable text,
    trashed integer not null, explicitly_trashed integer not null, removed_at text,
    -- 'first-scan': only the first scan has shown it so far. check_recent_days is about these alone.
    seen_by text not null check (seen_by in ('first-scan', 'later')),
    scan_generation integer not null,
    first_seen text not null,
    skip_reason text,
    -- Faults of reading it from Drive; those of storing it belong to its deliveries.
    read_fault text, read_detail text, read_fault_at text,
    read_attempts integer not null default 0,
    read_failed integer not null default 0 check (read_failed in (0, 1)),
    unique (source_id, file_id),
    check ((kind = 'blob') = (size is not null)),
    check ((kind = 'shortcut') = (target_id is not null)),
    check (explicitly_trashed <= trashed),
    check ((read_fault is null) = (read_fault_at is null)),
    check (kind <> 'folder' or (skip_reason is null and read_fault is null)))`,
  `create index items_children on items (source_id, place_id, stored_name)`,
  `create index items_skipped on items (skip_reason, id) where skip_reason is not null`,
  `create index items_faulty on items (read_fault, id) where read_fault is not null`,

  `create table revisions (
    file integer not null references items (id),
    revision text not null,
    size bigint not null, md5 text, sha256 text,
    modified_time text not null, captured_at text not null,
    primary key (file, revision)) without rowid`,

  `create table copies (
    id integer primary key,
    file integer not null references items (id),
    revision text not null,
    destination integer not null references destinations (id),
    object_key text not null,
    version_id text, etag text,
    size bigint not null, sha256 text,
    -- 'mirror': under the key of its path. 'history': an older version of a key, or kept aside.
    place text not null check (place in ('mirror', 'history')),
    stored_at text not null)`,
  `create index copies_of_file on copies (file)`,
  // Two files can never claim the same living object. In the order of a scan, too.
  `create unique index copies_mirror on copies (destination, object_key) where place = 'mirror'`,
  `create index copies_kept on copies (destination, object_key) where place = 'history' and version_id is null`,

  `create table uploads (
    destination integer not null references destinations (id),
    object_key text not null,
    upload_id text not null, revision text not null,
    part_size bigint not null,
    updated_at text not null,
    primary key (destination, object_key))`,
  `create table upload_parts (
    destination integer not null, object_key text not null,
    number integer not null,
    size bigint not null, etag text not null, sha256 text not null,
    primary key (destination, object_key, number),
    foreign key (destination, object_key) references uploads (destination, object_key) on delete cascade) without rowid`,
]
