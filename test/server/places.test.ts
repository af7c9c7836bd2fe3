import { afterEach, beforeEach, expect, test } from 'vitest'
import { FAULTS, Fault } from '../../src/backup/model/faults.ts'
import { saveDestinationTest } from '../../src/catalog/destinations.ts'
import { recordCycle } from '../../src/catalog/sources.ts'
import { FiguresServer } from './figures.ts'

const TWO_PREFIXES = `
sources: { google_drive: { client_id: a, client_secret: b, refresh_token: c } }
destinations:
  here: { bucket: my-backup, prefix: here, access_key_id: a, secret_access_key: b }
  there: { bucket: my-backup, prefix: there, access_key_id: a, secret_access_key: b }
`

let one: FiguresServer
beforeEach(async () => {
  one = await FiguresServer.start()
})
afterEach(() => one[Symbol.asyncDispose]())

const COUNTS = { seen: 1, synced: 1, skipped: 0, moved: 0, failed: 0, retrying: 0, bytes: 10 }

async function cycleEnded(fault: Fault | null = null): Promise<void> {
  const result = { end: fault === null ? 'done' : 'broken', fault, partly: false, ...COUNTS } as const
  const times = { kind: 'check', startedAt: one.drive.now - 1000, endedAt: one.drive.now } as const
  await recordCycle(one.drive.db, one.drive.source, result, { ...times, apiCalls: 3, storageCalls: 1 })
}

async function source() {
  const { body } = await one.browser.get<{ sources: Record<string, unknown>[] }>('/api/sources')
  return body.sources[0]
}

async function destinations() {
  const { body, text, status } = await one.browser.get<{ destinations: Record<string, unknown>[]; types: unknown[] }>(
    '/api/destinations',
  )
  expect(status, text).toBe(200)
  return body
}

test('a source shows its account, what is protected of it, and how long the oldest change has been waiting', async () => {
  await one.drive.see({ 'a.txt': {}, 'b/c.txt': {} })
  await one.drive.settle({ 'a.txt': { status: 'pending', fault: 'drive/interrupted' } })
  one.server.parts.clock.time += 90_000
  await cycleEnded()
  expect(await source()).toEqual({
    id: one.drive.source,
    health: 'behind',
    name: 'owner@example.com',
    account: 'owner@example.com',
    kind: 'my-drive',
    last_success: new Date(one.drive.now).toISOString(),
    last_cycle: new Date(one.drive.now).toISOString(),
    scanning: false,
    files_total: 3,
    files_synced: 2,
    pending: 1,
    failed: 0,
    skipped: 0,
    coverage: 2 / 3,
    lag: 90,
    outage: null,
    mass_change: null,
    reconcile_at: null,
    odd_items: 0,
    watched: true,
    watched_until: null,
  })
})

test('outage of Google is the source’s, and outage of storage the destination’s', async () => {
  await cycleEnded(new Fault('google/unreachable', 'Google Drive', { detail: 'ENOTFOUND' }))
  const outage = new Fault('google/unreachable', 'Google Drive', { detail: 'ENOTFOUND' })
  await one.drive.outage({ source: one.drive.source }, outage)
  expect(await source()).toMatchObject({
    last_success: null,
    last_cycle: new Date(one.drive.now).toISOString(),
    outage: {
      message: 'owner@example.com: Google cannot be reached.',
      detail: 'ENOTFOUND',
      needs_operator: false,
      since: new Date(one.drive.now).toISOString(),
    },
  })
  expect((await destinations()).destinations[0]).toMatchObject({ outage: null })
  await one.drive.outage({ source: one.drive.source }, null)
  await one.drive.outage(
    { destination: 'aws_s3' },
    new Fault('storage/access-denied', 'bucket "my-backup" at s3.amazonaws.com'),
  )
  expect(await source()).toMatchObject({ outage: null })
  expect((await destinations()).destinations[0]).toMatchObject({
    name: 'aws_s3',
    health: 'out',
    outage: {
      fault: 'storage/access-denied',
      needs_operator: true,
      hint: expect.stringMatching(/^Allow s3:PutObject/),
    },
  })
})

test('a destination shows where it is, what it holds, and what went wrong there last', async () => {
  await one.drive.addDestination('aws_s3', 's3://my-backup at s3.amazonaws.com')
  await saveDestinationTest(one.drive.db, 'aws_s3', { at: one.drive.now, ok: true })
  await one.drive.see({ 'a.txt': { size: 100 }, 'b.txt': {} })
  await one.drive.settle({
    'b.txt': { status: 'failed', fault: 'storage/key-refused', detail: 'too long', nextAttempt: null },
  })
  await one.drive.see({ 'a.txt': { size: 30 } })
  await one.drive.settle()
  const { destinations: found, types } = await destinations()
  expect(found).toEqual([
    {
      name: 'aws_s3',
      type: 'aws',
      enabled: true,
      settings: {
        bucket: 'my-backup',
        region: 'us-east-1',
        prefix: '',
        endpoint: null,
        force_path_style: false,
        storage_class: null,
        path: null,
        layout: 'mirror',
        access_key_id: 'AKIA',
      },
      origin: 'file',
      address: 's3://my-backup at s3.amazonaws.com',
      files: 1,
      bytes: 30,
      history_files: 1,
      history_bytes: 100,
      last_write: new Date(one.drive.now).toISOString(),
      last_test: { at: new Date(one.drive.now).toISOString(), ok: true },
      last_errors: [
        {
          at: expect.any(String),
          path: 'b.txt',
          fault: 'storage/key-refused',
          title: FAULTS['storage/key-refused'].title,
          detail: 'too long',
        },
      ],
      health: 'incomplete',
      outage: null,
      lacking: { files: 1, bytes: 10, failed: 1 },
      oldest_unprotected: new Date(one.drive.now).toISOString(),
      coverage: 0.5,
      filling: false,
      inventory_at: null,
      last_ok_at: null,
    },
    expect.objectContaining({
      name: 'cold',
      enabled: false,
      health: 'off',
      coverage: null,
      files: 0,
      last_write: null,
      last_errors: [],
      last_test: null,
    }),
  ])
  expect(types).toContainEqual(
    expect.objectContaining({ type: 'minio', title: 'MinIO', default_region: 'us-east-1', needs_endpoint: true }),
  )
  expect(types).toContainEqual(expect.objectContaining({ type: 'folder', kind: 'folder', needs_endpoint: false }))
})

test('of several destinations each has its own state, also in one bucket', async () => {
  one.world.config = TWO_PREFIXES
  const address = (prefix: string) => `s3://my-backup/${prefix} at https://s3.amazonaws.com`
  await one.drive.addDestination('here', address('here'))
  await one.drive.addDestination('there', address('there'))
  await one.drive.removeDestination('aws_s3')
  await one.drive.see({ 'a.txt': {}, 'b.txt': {} })
  await one.drive.settle({ 'b.txt': { status: 'failed', fault: 'storage/key-refused', at: 'there' } })
  await one.drive.outage({ destination: 'here' }, new Fault('storage/full', 'bucket "my-backup" at s3.amazonaws.com'))
  expect((await destinations()).destinations).toMatchObject([
    { name: 'here', health: 'out', outage: { fault: 'storage/full' }, coverage: 1, last_errors: [] },
    { name: 'there', health: 'incomplete', outage: null, coverage: 0.5, last_errors: [{ path: 'b.txt' }] },
  ])
})

test('a destination is behind until it has what the others have', async () => {
  one.world.config = TWO_PREFIXES
  await one.drive.addDestination('here')
  await one.drive.removeDestination('aws_s3')
  await one.drive.see({ 'a.txt': { size: 70 } })
  await one.drive.settle()
  await one.drive.addDestination('there')
  expect((await destinations()).destinations).toMatchObject([
    { name: 'here', health: 'ok', coverage: 1 },
    { name: 'there', health: 'behind', coverage: 0, lacking: { files: 1, bytes: 70, failed: 0 }, filling: false },
  ])
  await one.drive.settle()
  expect((await destinations()).destinations[1]).toMatchObject({ health: 'ok', coverage: 1, oldest_unprotected: null })
})

test('an account that is not watched any more stays listed, and counts no more', async () => {
  await one.drive.see({ 'a.txt': {} })
  one.drive.source = await one.drive.addSource('ben@example.com', 'owner@example.com')
  const { sources } = (await one.browser.get<{ sources: unknown[] }>('/api/sources')).body
  expect(sources).toMatchObject([
    { name: 'owner@example.com', watched: false, watched_until: new Date(one.drive.now).toISOString(), files_total: 1 },
    { name: 'ben@example.com', watched: true, watched_until: null, files_total: 0 },
  ])
  expect((await one.browser.get('/api/status')).body).toMatchObject({
    files_total: 0,
    pending: 0,
    sources: ['ben@example.com'],
  })
  expect((await destinations()).destinations[0]).toMatchObject({ lacking: { files: 0 }, oldest_unprotected: null })
})

test('a destination that was taken out of the configuration is shown as long as copies are there', async () => {
  await one.drive.see({ 'a.txt': { size: 100 } })
  await one.drive.settle({ 'a.txt': { status: 'stored', at: ['aws_s3', 'old_place'] } })
  await one.drive.removeDestination('old_place')
  const { destinations: found } = await destinations()
  expect(found.find(({ name }) => name === 'old_place')).toMatchObject({
    enabled: false,
    settings: null,
    files: 1,
    bytes: 100,
  })
})

test('no secret is part of any of these answers', async () => {
  for (const path of [
    '/api/destinations',
    '/api/sources',
    '/api/status',
    '/api/problems',
    '/api/activity',
    '/api/files',
  ])
    expect((await one.browser.get(path)).text).not.toContain('canary')
})
