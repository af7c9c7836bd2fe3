import { expect, test } from 'vitest'
import { PASSWORD, TestServer } from './start.ts'

interface User {
  id: number
  name: string
  role: string
  last_seen_at: string | null
}

test('an admin adds users, who can sign in', async () => {
  await using server = await TestServer.start()
  const admin = await server.signedIn('admin')
  const added = await admin.post<User>('/api/users', { name: 'ben', password: PASSWORD, role: 'operator' })
  expect([added.status, added.body]).toMatchObject([200, { name: 'ben', role: 'operator', last_seen_at: null }])
  await server.signIn('ben')
  const { users } = (await admin.get<{ users: User[] }>('/api/users')).body
  expect(users.map(({ name }) => name)).toEqual(['admin', 'ben'])
  expect(users[1]?.last_seen_at).not.toBeNull()
  for (const name of ['ben', 'BEN']) {
    const { status, body } = await admin.post('/api/users', { name, password: PASSWORD, role: 'viewer' })
    expect([status, body]).toMatchObject([409, { errors: [{ field: 'name' }] }])
  }
})

test('a changed role or password ends the sessions of that user, and holds from then on', async () => {
  await using server = await TestServer.start()
  const admin = await server.signedIn('admin')
  const ben = await server.signedIn('operator', 'ben')
  const id = ((await ben.get('/api/session')).body as unknown as User).id
  expect((await admin.patch(`/api/users/${id}`, { role: 'viewer' })).body).toMatchObject({ role: 'viewer' })
  expect((await ben.get('/api/session')).status).toBe(401)
  expect((await (await server.signIn('ben')).get('/api/session')).body).toMatchObject({ scopes: ['read'] })
  const next = 'another horse, another staple'
  expect((await admin.patch(`/api/users/${id}`, { password: next })).status).toBe(200)
  const sign = (password: string) => server.client().post('/api/session', { name: 'ben', password })
  expect([(await sign(PASSWORD)).status, (await sign(next)).status]).toEqual([401, 200])
})

test('there is always an admin left', async () => {
  await using server = await TestServer.start()
  const admin = await server.signedIn('admin')
  const { id } = (await admin.get('/api/session')).body as unknown as User
  expect((await admin.patch(`/api/users/${id}`, { role: 'viewer' })).status).toBe(409)
  expect((await admin.delete(`/api/users/${id}`)).status).toBe(409)
  const other = (await admin.post<User>('/api/users', { name: 'ben', password: PASSWORD, role: 'admin' })).body
  expect((await admin.patch(`/api/users/${id}`, { role: 'viewer' })).status).toBe(200)
  // The own session stays, with what the role still allows.
  expect((await admin.get('/api/session')).body).toMatchObject({ role: 'viewer', scopes: ['read'] })
  expect((await (await server.signIn('ben')).delete(`/api/users/${other.id}`)).status).toBe(409)
})

test('an admin changes the own password where the current one is asked for', async () => {
  await using server = await TestServer.start()
  const admin = await server.signedIn('admin')
  const { id } = (await admin.get('/api/session')).body as unknown as User
  const { status, body } = await admin.patch(`/api/users/${id}`, { password: 'another horse, another staple' })
  expect([status, body]).toEqual([409, expect.objectContaining({ detail: expect.stringContaining('Account') })])
})

test('with a user go all sessions and tokens', async () => {
  await using server = await TestServer.start()
  const admin = await server.signedIn('admin')
  const program = await server.withToken('operator', ['read'], 'ben')
  const ben = await server.signIn('ben')
  const { id } = (await ben.get('/api/session')).body as unknown as User
  expect((await admin.delete(`/api/users/${id}`)).status).toBe(200)
  expect([(await ben.get('/api/session')).status, (await program.get('/api/session')).status]).toEqual([401, 401])
  expect((await admin.delete(`/api/users/${id}`)).status).toBe(404)
  expect((await admin.patch(`/api/users/${id}`, { role: 'viewer' })).status).toBe(404)
})
