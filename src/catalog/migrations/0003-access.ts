import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What outlives a session: when a user was last here. And names that differ in case alone are one user's. */
export const access: Migration = {
  async up(db) {
    await sql`alter table users add column last_seen_at text`.execute(db)
    await sql`create unique index users_by_name on users (name collate nocase)`.execute(db)
  },
}
