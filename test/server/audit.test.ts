import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { KEPT } from '../../src/catalog/access/audit.ts'
import { startSync, syncNow } from '../../src/server/contract/status.ts'
import { answers, Refusal } from '../../src/server/http/handler.ts'
import { PASSWORD, TestServer } from './start.ts'

interface Entry {
  id: number
  at: string
  actor: string | null
  address: string | null
  action: string
  subject: string | null
  detail: string | null
  outcome: string
}
interface Page {
  entries: Entry[]
  next: string | null
}

const control = () => [
  answers(startSync, async () => ({ state: 'running' as const, message: 'Running.' })),
  answers(syncNow, async () => {
    throw new Refusal(409, 'It is not running.')
  }),
]

test('every sign-in and every change stands there, with who, from where, what and how it ended', async () => {
  await using server = await TestServer.start({ handlers: control })
  const admin = await server.signedIn('admin')
  const viewer = await server.signedIn('viewer')
  await server.client().post('/api/session', { name: 'admin', password: 'wrong' })
  await server.client().post('/api/session', { name: 'my secret password', password: 'wrong' })
  await admin.post('/api/sync/start')
  await admin.post('/api/sync/now')
  await viewer.post('/api/sync/start')
  const ben = await admin.post<{ id: number }>('/api/users', { name: 'ben', password: PASSWORD, role: 'viewer' })
  await admin.patch(`/api/users/${ben.body.id}`, { role: 'operator', password: 'another horse, another staple' })
  await admin.delete(`/api/sessions/999`)
  await viewer.delete('/api/session')
  const { entries } = (await admin.get<Page>('/api/audit')).body
  const told = entries.map(({ actor, action, subject, detail, outcome }) => [actor, action, subject, detail, outcome])
  expect(told.reverse()).toEqual([
    ['admin', 'signIn', null, null, 'done'],
    ['viewer', 'signIn', null, null, 'done'],
    ['admin', 'signIn', null, 'wrong password', 'refused'],
    [null, 'signIn', null, 'there is no such user', 'refused'],
    ['admin', 'startSync', null, null, 'done'],
    ['viewer', 'startSync', null, null, 'refused'],
    ['admin', 'createUser', 'ben', 'as viewer', 'done'],
    ['admin', 'changeUser', 'ben', 'role viewer → operator, new password', 'done'],
    ['viewer', 'signOut', null, null, 'done'],
  ])
  expect(entries.every(({ address }) => address === '127.0.0.1')).toBe(true)
})

test('it is read page by page, newest first', async () => {
  await using server = await TestServer.start()
  const admin = await server.signedIn('admin')
  const { audit } = server.parts.access
  const entry = { actor: 'admin', address: null, action: 'test', detail: null, outcome: 'done' } as const
  for (let i = 0; i < 7; i++) await audit.record({ ...entry, subject: String(i) })
  const subjects: (string | null)[] = []
  let path: string | null = '/api/audit?limit=3'
  while (path !== null) {
    const { entries, next }: Page = (await admin.get<Page>(path)).body
    expect(entries.length).toBeLessThanOrEqual(3)
    subjects.push(...entries.map(({ subject }) => subject))
    path = next === null ? null : `/api/audit?limit=3&cursor=${next}`
  }
  expect(subjects).toEqual(['6', '5', '4', '3', '2', '1', '0', null])
  expect((await admin.get('/api/audit?cursor=nonsense')).status).toBe(400)
})

test('what is older than is kept is forgotten, and a flood of refusals washes away no change', async () => {
  await using server = await TestServer.start()
  const { clock, db, access } = server.parts
  const entry = { actor: null, address: null, action: 'signIn', subject: null, detail: null } as const
  await access.audit.record({ ...entry, outcome: 'done' })
  await access.audit.record({ ...entry, outcome: 'refused' })
  const counts = async () => {
    await access.audit.prune()
    const rows = await db.selectFrom('audit_log').select('outcome').execute()
    return ['done', 'refused'].map((outcome) => rows.filter((row) => row.outcome === outcome).length)
  }
  await sql`with recursive flood(n) as (select 1 union all select n + 1 from flood where n < ${KEPT.refused.rows + 500})
    insert into audit_log (timestamp, action, outcome) select '2999-01-01 00:00:00.000', 'signIn', 'refused' from flood`.execute(
    db,
  )
  expect(await counts()).toEqual([1, KEPT.refused.rows])
  await db.deleteFrom('audit_log').where('timestamp', '>', '2998').execute()
  await access.audit.record({ ...entry, outcome: 'refused' })
  clock.time += (KEPT.refused.days + 1) * 24 * 60 * 60 * 1000
  expect(await counts()).toEqual([1, 0])
  clock.time += KEPT.done.days * 24 * 60 * 60 * 1000
  expect(await counts()).toEqual([0, 0])
})
