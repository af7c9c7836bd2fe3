import { endSession, endSessionsOf, knownAddress } from '../../../catalog/access/sessions.ts'
import { changeUser, passwordHashOf, type User, userByName } from '../../../catalog/access/users.ts'
import type { Access } from '../../access/access.ts'
import {
  clearSessionCookie,
  DEVICE_COOKIE,
  SESSION_COOKIE,
  setDeviceCookie,
  setSessionCookie,
} from '../../access/cookies.ts'
import * as routes from '../../contract/access.ts'
import { SCOPES_OF } from '../../contract/route.ts'
import { answers, type Call, type Caller, type Handler, Refusal } from '../../http/handler.ts'

/** Signing in and out, and the own sessions and password. */
export function sessionHandlers(access: Access): Handler[] {
  const { db, sessions, openCalls } = access
  return [
    answers(routes.signIn, (call) => signIn(access, call)),
    answers(routes.getMe, async ({ caller }) => me(signedIn(caller))),
    answers(routes.signOut, async ({ caller, reply }) => {
      const { user, session } = inSession(caller)
      await endSession(db, user.id, session)
      await openCalls.review()
      clearSessionCookie(reply)
      return {}
    }),
    answers(routes.listSessions, async ({ caller }) => {
      const { user, session } = inSession(caller)
      return {
        sessions: (await sessions.list(user.id)).map((one) => ({
          id: one.id,
          current: one.id === session,
          created_at: iso(one.createdAt),
          last_seen_at: iso(one.lastSeenAt),
          expires_at: iso(one.expiresAt),
          address: one.address,
          user_agent: one.userAgent,
        })),
      }
    }),
    answers(routes.endSession, async ({ caller, params, reply }) => {
      const { user, session } = inSession(caller)
      if (!(await endSession(db, user.id, params.id))) {
        throw new Refusal(404, `You have no session ${params.id}; it may have ended already.`)
      }
      await openCalls.review()
      if (params.id === session) clearSessionCookie(reply)
      return {}
    }),
    answers(routes.signOutEverywhere, async ({ caller, reply }) => {
      const { user } = inSession(caller)
      await endSessionsOf(db, user.id)
      await openCalls.review()
      clearSessionCookie(reply)
      return {}
    }),
    answers(routes.changePassword, (call) => changePassword(access, call)),
  ]
}

const WRONG = 'The name or the password is wrong. `drivekeep user password NAME` on this machine sets a new one.'

async function signIn(access: Access, call: Call<typeof routes.signIn>) {
  const { db, passwords, devices, guard, now } = access
  const { address, body, reply } = call
  const user = await userByName(db, body.name)
  const device = user === null ? null : devices.number(reply.request.cookies[DEVICE_COOKIE], user.id)
  const familiar = user !== null && (await knownAddress(db, user.id, address))
  const admitted = guard.admit({ account: body.name, address, device, familiar }, now())
  const attempt = { actor: user?.name ?? null, address, action: 'signIn', subject: null, outcome: 'refused' } as const
  if (admitted.refused !== null) throw tooMany(admitted.refused)
  if (!(await passwords.matches(body.password, user?.passwordHash ?? null)) || user === null) {
    // Not the name as it was typed: people type passwords there by mistake.
    await access.audit.record({ ...attempt, detail: user === null ? 'there is no such user' : 'wrong password' })
    throw new Refusal(401, WRONG)
  }
  admitted.succeeded()
  return welcome(access, call, user)
}

/** Opens a session for somebody who has just proved who they are, and sets its cookie. */
export async function welcome(access: Access, call: Omit<Call<never>, 'body' | 'query' | 'params'>, user: User) {
  const { address, userAgent, reply } = call
  const before = reply.request.cookies[SESSION_COOKIE] ?? null
  const { id, secret } = await access.sessions.open(user.id, { address, userAgent }, before)
  setSessionCookie(reply, secret)
  setDeviceCookie(reply, access.devices.cookie(user.id))
  const { name, role } = user
  const caller = { user: { id: user.id, name, role }, scopes: SCOPES_OF[role], session: id }
  // From here on it is this user who calls.
  reply.request.known = { caller, token: null }
  return me(caller)
}

export function tooMany(seconds: number): Refusal {
  const [count, unit] = seconds < 60 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute']
  const wait = `${count} ${unit}${count === 1 ? '' : 's'}`
  return new Refusal(429, `Too many attempts. Wait ${wait}, then try again.`, { retryAfter: seconds })
}

async function changePassword(access: Access, { caller, body, reply }: Call<typeof routes.changePassword>) {
  const { db, guard, passwords, sessions, openCalls, now } = access
  const { user, session } = inSession(caller)
  const admitted = guard.admitSession(session, now())
  if (admitted.refused !== null) throw tooMany(admitted.refused)
  if (!(await passwords.matches(body.current, await passwordHashOf(db, user.id)))) {
    throw new Refusal(403, 'The current password is wrong.', { errors: [{ field: 'current', message: 'is wrong' }] })
  }
  admitted.succeeded()
  await changeUser(db, user.id, { passwordHash: await passwords.hash(body.password) })
  await endSessionsOf(db, user.id, session)
  setSessionCookie(reply, (await sessions.renew(session)).secret)
  await openCalls.review()
  return {}
}

export function me({ user, scopes, session }: Caller) {
  return { ...user, scopes: [...scopes], session }
}

export function signedIn(caller: Caller | null): Caller {
  if (caller === null) throw new Error('a call came through that needs somebody who is signed in')
  return caller
}

export function inSession(caller: Caller | null): Caller & { session: number } {
  const { session, ...rest } = signedIn(caller)
  if (session === null) throw new Error('a call came through that needs a session')
  return { ...rest, session }
}

export const iso = (ms: number): string => new Date(ms).toISOString()
