import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../src/server/contract/index.ts'
import { type Access, type Role, type Route, SCOPES_OF, type Scope } from '../../src/server/contract/route.ts'
import { type Handler, Refusal } from '../../src/server/http/handler.ts'
import { checkComplete } from '../../src/server/http/routes.ts'
import type { Client } from './client.ts'
import { TestServer } from './start.ts'

/** What a call gets that came through to a handler: here none does anything. */
const THROUGH = 418
const OWN = ['/api/session', '/api/users', '/api/tokens', '/api/audit', '/api/account', '/api/setup']
const isOwn = ({ path }: Route) => OWN.some((prefix) => path.startsWith(prefix))

const silent: Handler[] = ROUTES.filter(({ route }) => !isOwn(route)).map(({ route }) => ({
  route,
  handle: async () => {
    throw new Refusal(THROUGH, 'through')
  },
}))

let server: TestServer
const callers = new Map<string, Client>()
const token = (scopes: Scope[], role: Role) => server.withToken(role, scopes, `token-of-${role}-${scopes.join('-')}`)

beforeAll(async () => {
  server = await TestServer.start({ handlers: () => silent })
  callers.set('nobody', server.client())
  callers.set('a made-up session', server.client({ cookie: 'session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }))
  callers.set('a made-up token', server.client({ authorization: `Bearer dk_${'A'.repeat(43)}` }))
  for (const role of ['viewer', 'operator', 'admin'] as const) callers.set(role, await server.signedIn(role))
  callers.set('token: read', await token(['read'], 'admin'))
  callers.set('token: control', await token(['control'], 'admin'))
  callers.set('token: restore', await token(['restore'], 'admin'))
  callers.set('token: all', await token(['read', 'control', 'restore', 'admin'], 'admin'))
})
afterAll(() => server[Symbol.asyncDispose]())

/** What a call gets that is refused for want of a right; null: it may come through. */
function refusal(caller: string, needs: Access): 401 | 403 | null {
  if (needs === 'anyone') return null
  if (caller === 'nobody' || caller.startsWith('a made-up')) return 401
  const scopes: readonly Scope[] =
    caller === 'token: all'
      ? SCOPES_OF.admin
      : caller.startsWith('token: ')
        ? [caller.slice('token: '.length) as Scope]
        : SCOPES_OF[caller as Role]
  if (needs === 'signed-in') return caller.startsWith('token: ') ? 403 : null
  return scopes.includes(needs) ? null : 403
}

/** These would end the session that the next case needs; that they need one is covered by those who have none. */
const ENDING = ['DELETE /api/session', 'DELETE /api/sessions']

describe.each(ROUTES.map(({ id, route }) => ({ id, route })))('$id', ({ route }) => {
  const path = route.path.replaceAll(/:\w+/g, '999999')

  test.each([
    ...['nobody', 'a made-up session', 'a made-up token', 'viewer', 'operator', 'admin'],
    ...['token: read', 'token: control', 'token: restore', 'token: all'],
  ])('%s', async (name) => {
    const wanted = refusal(name, route.needs)
    if (wanted === null && ENDING.includes(`${route.method} ${route.path}`)) return
    const caller = callers.get(name)
    if (caller === undefined) throw new Error(`there is no ${name}`)
    const { status, text } = await caller.send(route.method, path)
    if (wanted === null) {
      expect([200, 400, 404, THROUGH]).toContain(status)
      return
    }
    expect(status).toBe(wanted)
    expect(JSON.parse(text)).toMatchObject({ status: wanted, detail: expect.stringMatching(/\.$/) })
  })
})

test('only these answer somebody who is not signed in', () => {
  const open = ROUTES.filter(({ route }) => route.needs === 'anyone').map(({ id }) => id)
  expect(open.sort()).toEqual(['createFirstAccount', 'getHealth', 'getSetup', 'googleCallback', 'signIn'])
})

test('every write is at least the right to control, or about the own account', () => {
  const writes = ROUTES.filter(({ route }) => route.method !== 'GET' && route.changes !== false)
  const weak = writes.filter(({ route }) => !['control', 'restore', 'admin'].includes(route.needs)).map(({ id }) => id)
  expect(weak.sort()).toEqual([
    ...['changePassword', 'createFirstAccount', 'createToken', 'deleteToken', 'endSession', 'signIn', 'signOut'],
    'signOutEverywhere',
  ])
})

test('a route without a handler, with two, or out of nowhere keeps the server from starting', async () => {
  const [first] = silent
  if (first === undefined) throw new Error('there are no routes')
  expect(() => checkComplete(silent)).toThrow('these routes have no handler: ')
  await expect(TestServer.start({ handlers: () => [first, first] })).rejects.toThrow('has two handlers')
  const nowhere = { ...first, route: { ...first.route } }
  await expect(TestServer.start({ handlers: () => [nowhere] })).rejects.toThrow('does not stand in ROUTES')
})
