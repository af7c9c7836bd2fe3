import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { WORK } from '../schema/work.ts'

/** Where each item was, and when it was in the trash or gone: so that a folder can be shown as of a past moment. */
export const placements: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of PLACEMENTS) await sql.raw(statement).execute(db)
    // What 0001 called otherwise for some time.
    for (const name of ['troubled_reading', 'troubled_storing'])
      await sql.raw(`drop view if exists ${name}`).execute(db)
    for (const statement of WORK.filter((one) => one.startsWith('create view faulty_')))
      await sql.raw(statement.replace('create view', 'create view if not exists')).execute(db)
  },
}

const PLACEMENTS = [
  // Written when an item is moved or renamed: where it was until then. Where it is now is in its own row.
  `create table placements (
    id integer primary key,
    item integer not null references items (id),
    -- The folder's id in Drive, or one of the top-level folders of names.ts.
    parent text not null,
    name text not null,
    stored_name text not null,
    -- From the first moment on, and up to the second one without it.
    from_at text not null, to_at text not null,
    check (from_at <= to_at))`,
  `create index placements_of_item on placements (item, to_at)`,
  `create index placements_in on placements (parent, stored_name, item)`,

  // When an item itself was in the trash (not with a folder that we see), or gone from Drive; what is gone now has removed_at in its row.
  `create table absences (
    item integer not null references items (id),
    kind text not null check (kind in ('trashed', 'removed')),
    -- 'to_at' null: it still is.
    from_at text not null, to_at text,
    primary key (item, from_at, kind),
    check (to_at is null or from_at <= to_at)) without rowid`,
  `insert into absences (item, kind, from_at) select id, 'trashed', first_seen from items
    where explicitly_trashed = 1 or (trashed = 1 and place_id in ('.orphaned', '.shared-with-me'))`,
]
