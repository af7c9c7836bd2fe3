import { addToken, countTokens, type ListedToken, listTokens, removeToken } from '../../../catalog/access/tokens.ts'
import type { Access } from '../../access/access.ts'
import { scopesOf, TOKEN_PREFIX } from '../../access/callers.ts'
import { newSecret, secretHash } from '../../access/secrets.ts'
import * as routes from '../../contract/access.ts'
import { answers, type Call, type Handler, Refusal } from '../../http/handler.ts'
import { inSession, iso } from './session.ts'

/** More are a script that makes one for each run. */
const MOST_OF_ONE_USER = 100
/** So much of a secret is shown: enough to tell tokens apart, and 6 of 43 random characters. */
const HINT_LENGTH = TOKEN_PREFIX.length + 6
const DAY_MS = 24 * 60 * 60 * 1000

export function tokensHandlers(access: Access): Handler[] {
  const { db, openCalls } = access
  return [
    answers(routes.listTokens, async ({ caller }) => {
      const { user, scopes } = inSession(caller)
      const tokens = await listTokens(db, scopes.includes('admin') ? null : user.id)
      return { tokens: tokens.map(shown) }
    }),
    answers(routes.createToken, (call) => createToken(access, call)),
    answers(routes.deleteToken, async ({ params, caller, audit }) => {
      const { user, scopes } = inSession(caller)
      const name = await removeToken(db, params.id, scopes.includes('admin') ? null : user.id)
      if (name === null) throw new Refusal(404, `There is no token ${params.id}; it may have been removed already.`)
      await openCalls.review()
      audit(name)
      return {}
    }),
  ]
}

async function createToken({ db, now }: Access, { body, caller, audit }: Call<typeof routes.createToken>) {
  const { user, scopes: own } = inSession(caller)
  const scopes = [...new Set(body.scopes)]
  const beyond = scopes.filter((scope) => !own.includes(scope))
  if (beyond.length > 0) {
    throw new Refusal(
      403,
      `A token cannot have more rights than its owner: as ${user.role} you have no ${beyond.join(', ')}.`,
    )
  }
  if ((await countTokens(db, user.id)) >= MOST_OF_ONE_USER) {
    throw new Refusal(409, `You have ${MOST_OF_ONE_USER} tokens, and no more are possible. Remove one first.`)
  }
  const secret = `${TOKEN_PREFIX}${newSecret()}`
  const createdAt = now()
  const expiresAt = body.expires_in_days === null ? null : createdAt + body.expires_in_days * DAY_MS
  const token = { name: body.name, hint: secret.slice(0, HINT_LENGTH), scopes, expiresAt }
  const id = await addToken(db, { ...token, user: user.id, secretHash: secretHash(secret) }, createdAt)
  audit(body.name, scopes.join(', '))
  return { ...shown({ ...token, id, owner: user, createdAt, lastUsedAt: null }), secret }
}

function shown(token: ListedToken) {
  const { id, name, owner, hint, createdAt, expiresAt, lastUsedAt } = token
  return {
    id,
    name,
    owner: owner.name,
    hint,
    // What it may do now: less than it was made for, once its owner may do less.
    scopes: [...scopesOf(token)],
    created_at: iso(createdAt),
    expires_at: expiresAt === null ? null : iso(expiresAt),
    last_used_at: lastUsedAt === null ? null : iso(lastUsedAt),
  }
}
