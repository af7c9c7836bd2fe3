import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What the dashboard asks for again and again is answered by an index or a count, however large the catalog. The indexes
 * cost a healthy drive nothing: none has a row for a file that is protected, or for a copy that was made.
 */
export const figures: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
  },
}

const STATEMENTS = [
  // What waits to be protected, by source.
  `drop index files_waiting`,
  `create index files_waiting on files (source_id, pending_since) where pending_since is not null`,
  // The next attempt of any file with a fault.
  `create index files_retried on files (fault, next_attempt) where fault is not null`,
  // The last errors, among millions of lines about what went well.
  `create index sync_logs_errors on sync_logs (id) where action in ('failed', 'retrying', 'lost')`,
  `create index cycles_of_source on cycles (source_id)`,

  // When something was stored last. The triggers name their columns now that there is one more.
  `alter table copy_tallies add column last_stored text`,
  `update copy_tallies set last_stored = (select max(stored_at) from copies
    where copies.destination = copy_tallies.destination and copies.place = copy_tallies.place)`,
  `drop trigger copies_tallied_on_insert`,
  `drop trigger copies_tallied_on_delete`,
  `drop trigger copies_tallied_on_update`,
  `create trigger copies_tallied_on_insert after insert on copies begin ${tally('new', 1)},
    last_stored = new.stored_at; end`,
  `create trigger copies_tallied_on_delete after delete on copies begin ${tally('old', -1)}; end`,
  `create trigger copies_tallied_on_update after update of destination, place, size on copies
    when (old.destination, old.place, old.size) is not (new.destination, new.place, new.size)
    begin ${tally('old', -1)}; ${tally('new', 1)}; end`,
]

function tally(row: 'old' | 'new', by: 1 | -1): string {
  return `insert into copy_tallies (destination, place, copies, bytes, last_stored)
      values (${row}.destination, ${row}.place, ${by}, ${by} * ${row}.size, ${row}.stored_at)
    on conflict (destination, place) do update set copies = copies + excluded.copies, bytes = bytes + excluded.bytes`
}
