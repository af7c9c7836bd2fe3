import type { CatalogDatabase } from './open.ts'
import { timeText } from './times.ts'

export type Role = 'viewer' | 'operator' | 'admin'

export async function userNames(db: CatalogDatabase): Promise<string[]> {
  const rows = await db.selectFrom('users').select('name').orderBy('id').execute()
  return rows.map(({ name }) => name)
}

/** Throws when the name is taken. `passwordHash`: in PHC string form. */
export async function addUser(
  db: CatalogDatabase,
  { name, passwordHash, role }: { name: string; passwordHash: string; role: Role },
  now: number,
): Promise<void> {
  await db
    .insertInto('users')
    .values({ name, password_hash: passwordHash, role, created_at: timeText(now) })
    .execute()
}
