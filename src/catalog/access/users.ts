import { sql } from 'kysely'
import type { CatalogDatabase } from '../open.ts'
import { timeMs, timeText } from '../times.ts'

export type Role = 'viewer' | 'operator' | 'admin'

export interface User {
  id: number
  name: string
  role: Role
}

export interface ListedUser extends User {
  createdAt: number
  /** Null: never. */
  lastSeenAt: number | null
}

/** Letters that look alike but are composed differently make no two names. */
const userKey = (name: string) => name.normalize('NFC')

export async function userNames(db: CatalogDatabase): Promise<string[]> {
  const rows = await db.selectFrom('users').select('name').orderBy('id').execute()
  return rows.map(({ name }) => name)
}

export interface NewUser {
  name: string
  /** In PHC string form. */
  passwordHash: string
  role: Role
}

/** Gives the user's number; null when the name is taken, be it in other capitals. */
export async function addUser(db: CatalogDatabase, user: NewUser, now: number): Promise<number | null> {
  const row = await db
    .insertInto('users')
    .values({
      name: userKey(user.name),
      password_hash: user.passwordHash,
      role: user.role,
      created_at: timeText(now),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Makes the first user, an admin; null when there is one already. Two at once cannot both succeed. */
export async function addFirstUser(
  db: CatalogDatabase,
  { name, passwordHash }: Omit<NewUser, 'role'>,
  now: number,
): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    insert into users (name, password_hash, role, created_at)
    select ${userKey(name)}, ${passwordHash}, 'admin', ${timeText(now)} where not exists (select 1 from users)
    returning id`.execute(db)
  return rows[0]?.id ?? null
}

export async function anyUser(db: CatalogDatabase): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** The user of this name in any capitals, with the password's hash; null when there is none. */
export async function userByName(db: CatalogDatabase, name: string): Promise<(User & { passwordHash: string }) | null> {
  const row = await db
    .selectFrom('users')
    .select(['id', 'name', 'role', 'password_hash as passwordHash'])
    .where(sql`name collate nocase`, '=', userKey(name))
    .executeTakeFirst()
  return row ?? null
}

export async function passwordHashOf(db: CatalogDatabase, id: number): Promise<string | null> {
  const row = await db.selectFrom('users').select('password_hash').where('id', '=', id).executeTakeFirst()
  return row?.password_hash ?? null
}

export async function listUsers(db: CatalogDatabase): Promise<ListedUser[]> {
  const rows = await db
    .selectFrom('users')
    .select(['id', 'name', 'role', 'created_at', 'last_seen_at'])
    .orderBy('id')
    .execute()
  return rows.map(({ id, name, role, created_at, last_seen_at }) => ({
    id,
    name,
    role,
    createdAt: timeMs(created_at),
    lastSeenAt: last_seen_at === null ? null : timeMs(last_seen_at),
  }))
}

export type UserChange = 'done' | 'unknown' | 'last-admin'

/** Changes what is given. There is always an admin left: the last one keeps the role. */
export async function changeUser(
  db: CatalogDatabase,
  id: number,
  change: { role?: Role; passwordHash?: string },
): Promise<UserChange> {
  return db.transaction().execute(async (trx) => {
    const user = await trx.selectFrom('users').select('role').where('id', '=', id).executeTakeFirst()
    if (user === undefined) return 'unknown'
    const { role = user.role, passwordHash } = change
    if (user.role === 'admin' && role !== 'admin' && (await adminsBeside(trx, id)) === 0) return 'last-admin'
    await trx
      .updateTable('users')
      .set({ role, ...(passwordHash === undefined ? {} : { password_hash: passwordHash }) })
      .where('id', '=', id)
      .execute()
    return 'done'
  })
}

/** Sessions and tokens go with the user. */
export async function removeUser(db: CatalogDatabase, id: number): Promise<UserChange> {
  return db.transaction().execute(async (trx) => {
    const user = await trx.selectFrom('users').select('role').where('id', '=', id).executeTakeFirst()
    if (user === undefined) return 'unknown'
    if (user.role === 'admin' && (await adminsBeside(trx, id)) === 0) return 'last-admin'
    await trx.deleteFrom('users').where('id', '=', id).execute()
    return 'done'
  })
}

async function adminsBeside(db: CatalogDatabase, id: number): Promise<number> {
  const { admins } = await db
    .selectFrom('users')
    .select((to) => to.fn.countAll<number>().as('admins'))
    .where('role', '=', 'admin')
    .where('id', '<>', id)
    .executeTakeFirstOrThrow()
  return admins
}
