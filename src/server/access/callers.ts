import { type Token, tokenBySecret, touchToken } from '../../catalog/access/tokens.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { SCOPES_OF } from '../contract/route.ts'
import type { Caller } from '../http/handler.ts'
import type { Note } from './note.ts'
import { secretHash } from './secrets.ts'
import type { Sessions } from './sessions.ts'

/** Every secret of a token begins so, that it is known for one wherever it turns up. */
export const TOKEN_PREFIX = 'dk_'

/** Somebody who has proved who they are. */
export interface Known {
  caller: Caller
  /** The number of the API token; null: a session. */
  token: number | null
}

/** What a request shows: its header Authorization, and its cookie `session`. */
export interface Credentials {
  authorization: string | undefined
  session: string | undefined
}

/** A token wins over a session. Other schemes than Bearer are a proxy's affair, and not looked at. */
export function bearerToken(authorization: string | undefined): string | null {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return token ?? null
}

/** Finds who calls. Null: nobody that is known, or no longer. */
export async function findCaller(
  { db, sessions, note, now }: { db: CatalogDatabase; sessions: Sessions; note: Note; now: () => number },
  { authorization, session: cookie }: Credentials,
): Promise<Known | null> {
  const bearer = bearerToken(authorization)
  if (bearer !== null) return callerOfToken(db, bearer, note, now())
  if (cookie === undefined || cookie === '') return null
  const session = await sessions.find(cookie)
  if (session === null) return null
  const { user, id } = session
  return { caller: { user, scopes: SCOPES_OF[user.role], session: id }, token: null }
}

/** The last use is written down at most so often: each writing is one to the disk. */
const NOTED_EVERY_MS = 60_000

async function callerOfToken(db: CatalogDatabase, secret: string, note: Note, now: number): Promise<Known | null> {
  if (!secret.startsWith(TOKEN_PREFIX)) return null
  const token = await tokenBySecret(db, secretHash(secret))
  if (token === null || (token.expiresAt !== null && token.expiresAt <= now)) return null
  if (token.lastUsedAt === null || now - token.lastUsedAt >= NOTED_EVERY_MS) {
    await note(touchToken(db, token, now))
  }
  return { caller: { user: token.owner, scopes: scopesOf(token), session: null }, token: token.id }
}

/** A token may do what it was made for, and never more than its owner may at this moment. */
export function scopesOf({ scopes, owner }: Pick<Token, 'scopes' | 'owner'>): Caller['scopes'] {
  return scopes.filter((scope) => SCOPES_OF[owner.role].includes(scope))
}
