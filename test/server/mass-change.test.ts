import { afterEach, beforeEach, expect, test } from 'vitest'
import { FiguresServer } from './figures.ts'

let one: FiguresServer
beforeEach(async () => {
  one = await FiguresServer.start()
  await one.drive.see(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.txt`, {}])))
  await one.drive.settle()
})
afterEach(() => one[Symbol.asyncDispose]())

const names = Array.from({ length: 60 }, (_, i) => `${i}.txt`)

async function status() {
  return (await one.browser.get<Record<string, unknown>>('/api/status')).body
}

async function audit() {
  const rows = await one.drive.db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').execute()
  return rows.slice(0, 1).map(({ action, subject, detail, outcome }) => [action, subject, detail, outcome])[0]
}

test('a drive that is emptied raises an alarm, until an operator confirms it', async () => {
  const confirm = `/api/sources/${one.drive.source}/confirm-mass-change`
  expect((await one.browser.post(confirm)).status).toBe(409)
  await one.browser.post('/api/sync/start')
  await one.drive.remove(...names)
  const massChange = { at: new Date(one.drive.now).toISOString(), items: 60, kind: 'removed' }
  expect(await status()).toMatchObject({
    health: 'attention',
    problems: 1,
    mass_changes: [{ source: one.drive.source, name: 'owner@example.com', ...massChange }],
  })
  const { sources } = (await one.browser.get<{ sources: unknown[] }>('/api/sources')).body
  expect(sources).toMatchObject([{ mass_change: massChange }])

  const wakeups = async () =>
    (await one.drive.db.selectFrom('daemon_state').select('wakeups').executeTakeFirst())?.wakeups ?? 0
  const before = await wakeups()
  expect(await one.browser.post(confirm)).toMatchObject({ status: 200, body: {} })
  expect(await audit()).toEqual(['confirmMassChange', 'owner@example.com', '60 items removed', 'done'])
  expect(await wakeups()).toBeGreaterThan(before)
  expect(await status()).toMatchObject({ problems: 0, mass_changes: [] })
  expect((await one.browser.post(confirm)).status).toBe(409)
})

test('a source is reconciled on request', async () => {
  expect(await one.browser.post(`/api/sources/${one.drive.source}/reconcile`)).toMatchObject({ status: 200 })
  const row = await one.drive.db.selectFrom('sources').select('reconcile_asked').executeTakeFirst()
  expect(row?.reconcile_asked).toBe(1)
  expect(await audit()).toEqual(['reconcileSource', 'owner@example.com', null, 'done'])
  expect((await one.browser.post('/api/sources/999/reconcile')).status).toBe(404)
  expect((await one.browser.post('/api/sources/999/confirm-mass-change')).status).toBe(404)

  const former = one.drive.source
  await one.drive.addSource('ben@example.com', 'owner@example.com')
  expect((await one.browser.post(`/api/sources/${former}/reconcile`)).status).toBe(409)
})

test('who may only read can confirm nothing', async () => {
  await one.drive.remove(...names)
  const viewer = await one.server.signedIn('viewer')
  for (const what of ['confirm-mass-change', 'reconcile'])
    expect((await viewer.post(`/api/sources/${one.drive.source}/${what}`)).status).toBe(403)
  expect(await status()).toMatchObject({ mass_changes: [{ items: 60 }] })
})
