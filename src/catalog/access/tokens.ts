import type { CatalogDatabase } from '../open.ts'
import { timeMs, timeText } from '../times.ts'
import type { Role, User } from './users.ts'

/** What a token may do, in the words of the API. */
type TokenScope = 'read' | 'control' | 'restore' | 'admin'

/** An API token. Its secret is known to its owner alone: here is only a hash. */
export interface Token {
  id: number
  owner: User
  scopes: TokenScope[]
  expiresAt: number | null
  lastUsedAt: number | null
}

export interface ListedToken extends Token {
  name: string
  /** How its secret begins, to tell tokens apart. */
  hint: string
  createdAt: number
}

export interface NewToken {
  secretHash: string
  hint: string
  user: number
  name: string
  scopes: readonly TokenScope[]
  /** Null: it does not expire. */
  expiresAt: number | null
}

export async function addToken(db: CatalogDatabase, token: NewToken, now: number): Promise<number> {
  const { id } = await db
    .insertInto('api_tokens')
    .values({
      secret_hash: token.secretHash,
      user_id: token.user,
      name: token.name,
      hint: token.hint,
      scopes: JSON.stringify(token.scopes),
      created_at: timeText(now),
      expires_at: token.expiresAt === null ? null : timeText(token.expiresAt),
      last_used_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function tokenBySecret(db: CatalogDatabase, secretHash: string): Promise<ListedToken | null> {
  const row = await tokens(db).where('secret_hash', '=', secretHash).executeTakeFirst()
  return row === undefined ? null : fromRow(row)
}

/** The tokens of a user, or with null of everybody; oldest first. */
export async function listTokens(db: CatalogDatabase, user: number | null): Promise<ListedToken[]> {
  const all = tokens(db).orderBy('api_tokens.id')
  const rows = await (user === null ? all : all.where('user_id', '=', user)).execute()
  return rows.map(fromRow)
}

export async function countTokens(db: CatalogDatabase, user: number): Promise<number> {
  const { tokens } = await db
    .selectFrom('api_tokens')
    .select((to) => to.fn.countAll<number>().as('tokens'))
    .where('user_id', '=', user)
    .executeTakeFirstOrThrow()
  return tokens
}

export async function touchToken(db: CatalogDatabase, { id, owner }: Token, now: number): Promise<void> {
  const at = timeText(now)
  await db.updateTable('api_tokens').set({ last_used_at: at }).where('id', '=', id).execute()
  await db.updateTable('users').set({ last_seen_at: at }).where('id', '=', owner.id).execute()
}

/** Gives the name of what was removed; null: there is no such token, or (with `user`) it is not that user's. */
export async function removeToken(db: CatalogDatabase, id: number, user: number | null): Promise<string | null> {
  const removed = db.deleteFrom('api_tokens').where('id', '=', id).returning('name')
  const row = await (user === null ? removed : removed.where('user_id', '=', user)).executeTakeFirst()
  return row?.name ?? null
}

/** Forgets tokens that expired before `before`: until then they are shown, as expired. */
export async function forgetOldTokens(db: CatalogDatabase, before: number): Promise<void> {
  await db.deleteFrom('api_tokens').where('expires_at', '<', timeText(before)).execute()
}

/** Which of these tokens are still there and not expired, with the roles of their owners. */
export async function liveTokens(db: CatalogDatabase, ids: readonly number[], now: number): Promise<Map<number, Role>> {
  const rows = await db
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .select(['api_tokens.id', 'role'])
    .where('api_tokens.id', 'in', [...ids])
    .where((to) => to.or([to('expires_at', 'is', null), to('expires_at', '>', timeText(now))]))
    .execute()
  return new Map(rows.map(({ id, role }) => [id, role]))
}

function tokens(db: CatalogDatabase) {
  return db
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .select(['api_tokens.id', 'api_tokens.name', 'hint', 'scopes', 'api_tokens.created_at', 'expires_at'])
    .select(['last_used_at', 'users.id as user', 'users.name as user_name', 'role'])
}

type TokenRow = Awaited<ReturnType<ReturnType<typeof tokens>['executeTakeFirstOrThrow']>>

function fromRow(row: TokenRow): ListedToken {
  return {
    id: row.id,
    owner: { id: row.user, name: row.user_name, role: row.role },
    name: row.name,
    hint: row.hint,
    scopes: JSON.parse(row.scopes) as TokenScope[],
    createdAt: timeMs(row.created_at),
    expiresAt: row.expires_at === null ? null : timeMs(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : timeMs(row.last_used_at),
  }
}
