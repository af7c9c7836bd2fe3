import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Each destination has a layout for its keys, which can be converted. */
export const layouts: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of LAYOUTS) await sql.raw(statement).execute(db)
  },
}

const LAYOUTS = [
  // What its keys are made of: see destinations/layouts.ts.
  `alter table destinations add column layout text not null default 'mirror' check (layout in ('mirror', 'id'))`,
  // The layout before the last conversion, of which keys may be left.
  `alter table destinations add column former_layout text check (former_layout in ('mirror', 'id'))`,
  // The layout to which an operator has asked to convert it: begun at the next start with a configuration that names it.
  `alter table destinations add column convert_to text check (convert_to in ('mirror', 'id'))`,
  // Re-keys are being derived for items beyond this one; null: they are complete.
  `alter table destinations add column rekey_after integer`,
  // Two files can never claim the same living object, unless it is named after the content that both have. In the order of a
  // scan, too.
  `drop index copies_mirror`,
  `create unique index copies_mirror on copies (destination, object_key, file) where place = 'mirror'`,
]
