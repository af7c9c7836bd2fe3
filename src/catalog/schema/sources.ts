/** Who is backed up and to where: accounts, their sources, destinations, and what is out of order. */
export const SOURCES = [
  // A Google identity. Its address may change; its permission id does not. Before the first sign-in with this version only the address is known.
  `create table accounts (
    id integer primary key,
    permission_id text unique,
    email text not null,
    created_at text not null)`,

  // One change feed. The root folder's id tells it apart; the name is the prefix of all its keys, fixed at first sight.
  `create table sources (
    id integer primary key,
    account_id integer not null references accounts (id),
    kind text not null check (kind in ('my-drive', 'shared-drive')),
    drive_id text,
    name text not null unique,
    root_id text not null unique,
    -- Its entry in the configuration; null: it is not watched any more.
    config_name text unique,
    unwatched_at text,
    credentials text not null,
    cursor text,
    scan_generation integer not null default 0,
    scan_cursor text, scan_phase text, scan_position text,
    -- Why the scan under way was begun.
    scan_reason text check (scan_reason in ('first', 'lost-cursor', 'reconcile')),
    scan_started_at text,
    -- Items that were recorded new, changed or removed by the scan under way.
    scan_found integer not null default 0,
    reconcile_at text, reconcile_asked integer not null default 0,
    last_success text,
    -- Items whose description nobody can follow, since they have no usable id.
    odd_items integer not null default 0,
    -- Changes within the last hour that look like a loss: see mass-change. 'alarm' until an operator confirms.
    mass_change text check (mass_change in ('alarm')),
    mass_change_at text, mass_change_items integer, mass_change_detail text,
    out_fault text, out_subject text, out_detail text, out_since text, out_until text,
    out_tries integer not null default 0,
    created_at text not null,
    check ((kind = 'shared-drive') = (drive_id is not null)),
    check ((scan_cursor is null) = (scan_phase is null)),
    check (scan_position is null or scan_phase is not null),
    check ((out_fault is null) = (out_since is null)))`,

  // What changed lately, by minute, so that a mass change is seen however the feed cuts it into pages.
  `create table change_minutes (
    source_id integer not null references sources (id),
    minute text not null,
    kind text not null check (kind in ('removed', 'trashed', 'moved', 'rewritten')),
    items integer not null,
    primary key (source_id, minute, kind)) without rowid`,

  `create table destinations (
    id integer primary key,
    -- Its key in the configuration. The marker object tells it apart: the name may change.
    name text not null unique,
    marker text unique,
    address text,
    -- Whether the configuration has it; copies stay known when it has not.
    active integer not null default 1,
    -- The process start that last wrote there. Another one in the marker: this catalog is not the one that wrote last.
    lease text,
    -- Whether that process ended in order: a power cut takes no record of it.
    lease_ended integer not null default 0,
    -- 0: keys may hold objects that the catalog does not know, so each is looked at before it is written.
    known integer not null default 0,
    -- Deliveries are being derived for items beyond this one; null: they are complete.
    fill_after integer,
    last_ok_at text,
    tested_at text, tested_ok integer,
    -- Why objects that belong nowhere any more could not be removed.
    left_fault text, left_detail text, left_since text,
    inventory_at text, inventory_lost integer not null default 0,
    out_fault text, out_subject text, out_detail text, out_since text, out_until text,
    out_tries integer not null default 0,
    check ((out_fault is null) = (out_since is null)))`,
]
