import { z } from 'zod'
import { empty, nextCursor, page, role, route, scope, time } from './route.ts'

/** At least 12 characters; no other rule, as NIST SP 800-63B advises. */
export const password = z.string().min(12).max(1024)
export const userName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\p{L}\p{N}._@+-]+$/u, 'letters, digits and . _ @ + - only')

export const me = z
  .object({ id: z.int(), name: z.string(), role, scopes: z.array(scope), session: z.int().nullable() })
  .meta({ id: 'Me' })

export const getSetup = route({
  method: 'GET',
  path: '/api/setup',
  tag: 'Set-up',
  summary: 'Which steps of the set-up are done. Before the first account exists it answers anyone.',
  needs: 'anyone',
  answer: z
    .object({
      /** The only thing told to somebody who is not signed in, with null for the rest. */
      needs_account: z.boolean(),
      /** Who asks, so that the dashboard's first question is no refusal. */
      me: me.nullable(),
      steps: z
        .object({ google: z.boolean(), selection: z.boolean(), destination: z.boolean(), started: z.boolean() })
        .nullable(),
    })
    .meta({ id: 'Setup' }),
})

export const createFirstAccount = route({
  method: 'POST',
  path: '/api/setup/account',
  tag: 'Set-up',
  summary: 'Makes the first account, an admin, and signs it in. Takes the set-up token from the log.',
  needs: 'anyone',
  body: z.object({ token: z.string().max(200), name: userName, password }),
  answer: me,
  refusals: { 403: 'The token is wrong.', 409: 'There is an account.', 429: 'Too many attempts.' },
})

export const signIn = route({
  method: 'POST',
  path: '/api/session',
  tag: 'Session',
  summary: 'Signs in; sets the cookie `session`.',
  needs: 'anyone',
  body: z.object({ name: z.string().max(100), password: z.string().max(1024) }),
  answer: me,
  refusals: { 401: 'Name or password is wrong.', 429: 'Too many attempts.' },
})

export const getMe = route({
  method: 'GET',
  path: '/api/session',
  tag: 'Session',
  summary: 'Who is signed in.',
  needs: 'read',
  answer: me,
})

export const signOut = route({
  method: 'DELETE',
  path: '/api/session',
  tag: 'Session',
  summary: 'Signs out.',
  needs: 'signed-in',
  answer: empty,
})

export const listSessions = route({
  method: 'GET',
  path: '/api/sessions',
  tag: 'Session',
  summary: 'Where this account is signed in.',
  needs: 'signed-in',
  answer: z.object({
    sessions: z.array(
      z
        .object({
          id: z.int(),
          current: z.boolean(),
          created_at: time,
          last_seen_at: time,
          expires_at: time,
          address: z.string(),
          user_agent: z.string(),
        })
        .meta({ id: 'Session' }),
    ),
  }),
})

export const endSession = route({
  method: 'DELETE',
  path: '/api/sessions/:id',
  tag: 'Session',
  summary: 'Ends one session of this account.',
  needs: 'signed-in',
  params: z.object({ id: z.coerce.number().int() }),
  answer: empty,
  refusals: { 404: 'There is no such session.' },
})

export const signOutEverywhere = route({
  method: 'DELETE',
  path: '/api/sessions',
  tag: 'Session',
  summary: 'Ends all sessions of this account, this one too.',
  needs: 'signed-in',
  answer: empty,
})

export const changePassword = route({
  method: 'PUT',
  path: '/api/account/password',
  tag: 'Session',
  summary: 'Changes the own password; all other sessions end.',
  needs: 'signed-in',
  body: z.object({ current: z.string().max(1024), password }),
  answer: empty,
  refusals: { 403: 'The current password is wrong.', 429: 'Too many attempts.' },
})

const user = z
  .object({ id: z.int(), name: z.string(), role, created_at: time, last_seen_at: time.nullable() })
  .meta({ id: 'User' })

export const listUsers = route({
  method: 'GET',
  path: '/api/users',
  tag: 'Users',
  summary: 'All users.',
  needs: 'admin',
  answer: z.object({ users: z.array(user) }),
})

export const createUser = route({
  method: 'POST',
  path: '/api/users',
  tag: 'Users',
  summary: 'Adds a user.',
  needs: 'admin',
  body: z.object({ name: userName, password, role }),
  answer: user,
  refusals: { 409: 'The name is taken.' },
})

export const changeUser = route({
  method: 'PATCH',
  path: '/api/users/:id',
  tag: 'Users',
  summary: 'Changes a user’s role or password; the user’s sessions end.',
  needs: 'admin',
  params: z.object({ id: z.coerce.number().int() }),
  body: z.object({ role: role.optional(), password: password.optional() }),
  answer: user,
  refusals: { 404: 'There is no such user.', 409: 'It is the last admin.' },
})

export const deleteUser = route({
  method: 'DELETE',
  path: '/api/users/:id',
  tag: 'Users',
  summary: 'Removes a user with all sessions and tokens.',
  needs: 'admin',
  params: z.object({ id: z.coerce.number().int() }),
  answer: empty,
  refusals: { 404: 'There is no such user.', 409: 'It is the last admin.' },
})

const token = z
  .object({
    id: z.int(),
    name: z.string(),
    owner: z.string(),
    hint: z.string(),
    scopes: z.array(scope),
    created_at: time,
    expires_at: time.nullable(),
    last_used_at: time.nullable(),
  })
  .meta({ id: 'Token' })

export const listTokens = route({
  method: 'GET',
  path: '/api/tokens',
  tag: 'Tokens',
  summary: 'The own API tokens; an admin sees everybody’s.',
  needs: 'signed-in',
  answer: z.object({ tokens: z.array(token) }),
})

export const createToken = route({
  method: 'POST',
  path: '/api/tokens',
  tag: 'Tokens',
  summary: 'Makes an API token, for the header `Authorization: Bearer`. Its secret is in this answer and nowhere else.',
  needs: 'signed-in',
  body: z.object({
    name: z.string().min(1).max(100),
    scopes: z.array(scope).min(1),
    /** Null: it does not expire. */
    expires_in_days: z.int().min(1).max(3650).nullable(),
  }),
  answer: token.extend({ secret: z.string() }).meta({ id: 'NewToken' }),
  refusals: { 403: 'A token cannot have more rights than its owner.' },
})

export const deleteToken = route({
  method: 'DELETE',
  path: '/api/tokens/:id',
  tag: 'Tokens',
  summary: 'Ends an API token.',
  needs: 'signed-in',
  params: z.object({ id: z.coerce.number().int() }),
  answer: empty,
  refusals: { 404: 'There is no such token.' },
})

export const listAudit = route({
  method: 'GET',
  path: '/api/audit',
  tag: 'Users',
  summary: 'Every sign-in and change, newest first.',
  needs: 'admin',
  query: z.object(page),
  answer: z.object({
    entries: z.array(
      z
        .object({
          id: z.int(),
          at: time,
          actor: z.string().nullable(),
          address: z.string().nullable(),
          action: z.string(),
          subject: z.string().nullable(),
          detail: z.string().nullable(),
          outcome: z.enum(['done', 'refused']),
        })
        .meta({ id: 'AuditEntry' }),
    ),
    next: nextCursor,
  }),
})
