import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * A row for each finished part of an upload: a large file has thousands, and one list of them all was written anew with
 * each. Each part has its checksum, which takes the place of the saved state of the whole file's.
 *
 * An upload under way keeps its id; its parts are sent again, since nobody knows their checksums.
 */
export const uploads: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}

const STATEMENTS = [
  `create table upload_parts (
    destination text not null, object_key text not null,
    number integer not null,
    size bigint not null, etag text not null, sha256 text not null,
    primary key (destination, object_key, number),
    foreign key (destination, object_key) references uploads (destination, object_key) on delete cascade) without rowid`,
  'alter table uploads drop column hash_state',
  'alter table uploads drop column parts',
]
