import type { CatalogDatabase } from '../open.ts'
import { timeMs, timeText } from '../times.ts'
import type { Role, User } from './users.ts'

/** A browser, or a script, that has signed in. Its secret is known to it alone: here is only a hash. */
export interface Session {
  id: number
  user: User
  createdAt: number
  lastSeenAt: number
}

export interface ListedSession {
  id: number
  createdAt: number
  lastSeenAt: number
  address: string
  userAgent: string
}

/** A script that signs in every time and never out leaves this many; then its oldest ends. */
const MOST_OF_ONE_USER = 100

export async function addSession(
  db: CatalogDatabase,
  session: { secretHash: string; user: number; address: string; userAgent: string },
  now: number,
): Promise<number> {
  const at = timeText(now)
  return db.transaction().execute(async (trx) => {
    const { id } = await trx
      .insertInto('sessions')
      .values({
        secret_hash: session.secretHash,
        user_id: session.user,
        created_at: at,
        last_seen_at: at,
        address: session.address,
        user_agent: session.userAgent,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const kept = trx
      .selectFrom('sessions')
      .select('id')
      .where('user_id', '=', session.user)
      .orderBy('id', 'desc')
      .limit(MOST_OF_ONE_USER)
    await trx.deleteFrom('sessions').where('user_id', '=', session.user).where('id', 'not in', kept).execute()
    await trx.updateTable('users').set({ last_seen_at: at }).where('id', '=', session.user).execute()
    return id
  })
}

export async function sessionBySecret(db: CatalogDatabase, secretHash: string): Promise<Session | null> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.id', 'sessions.created_at', 'sessions.last_seen_at', 'users.id as user', 'name', 'role'])
    .where('secret_hash', '=', secretHash)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    id: row.id,
    user: { id: row.user, name: row.name, role: row.role },
    createdAt: timeMs(row.created_at),
    lastSeenAt: timeMs(row.last_seen_at),
  }
}

export async function touchSession(db: CatalogDatabase, { id, user }: Session, now: number): Promise<void> {
  const last_seen_at = timeText(now)
  await db.updateTable('sessions').set({ last_seen_at }).where('id', '=', id).execute()
  await db.updateTable('users').set({ last_seen_at }).where('id', '=', user.id).execute()
}

/** The secret that was good until now is good no longer. */
export async function renewSecret(db: CatalogDatabase, id: number, secretHash: string): Promise<void> {
  await db.updateTable('sessions').set({ secret_hash: secretHash }).where('id', '=', id).execute()
}

/** Newest use first. */
export async function sessionsOf(db: CatalogDatabase, user: number): Promise<ListedSession[]> {
  const rows = await db
    .selectFrom('sessions')
    .select(['id', 'created_at', 'last_seen_at', 'address', 'user_agent'])
    .where('user_id', '=', user)
    .orderBy('last_seen_at', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    createdAt: timeMs(row.created_at),
    lastSeenAt: timeMs(row.last_seen_at),
    address: row.address,
    userAgent: row.user_agent,
  }))
}

/** Whether the user is signed in from this address. */
export async function knownAddress(db: CatalogDatabase, user: number, address: string): Promise<boolean> {
  const row = await db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', user)
    .where('address', '=', address)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** False: it is no session of this user's. */
export async function endSession(db: CatalogDatabase, user: number, id: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('id', '=', id)
    .where('user_id', '=', user)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Ends all sessions of a user; `but` one of them, when given. */
export async function endSessionsOf(db: CatalogDatabase, user: number, but: number | null = null): Promise<void> {
  let ended = db.deleteFrom('sessions').where('user_id', '=', user)
  if (but !== null) ended = ended.where('id', '<>', but)
  await ended.execute()
}

/** Ends what has not been used since `idleSince`, and what began before `createdSince`. */
export async function endOldSessions(
  db: CatalogDatabase,
  { idleSince, createdSince }: { idleSince: number; createdSince: number },
): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where((to) => to.or([to('last_seen_at', '<', timeText(idleSince)), to('created_at', '<', timeText(createdSince))]))
    .execute()
}

/** Which of these sessions are still there, with the roles of their users. */
export async function liveSessions(db: CatalogDatabase, ids: readonly number[]): Promise<Map<number, Role>> {
  const rows = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.id', 'role'])
    .where('sessions.id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, role }) => [id, role]))
}
