import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fault } from '../../src/backup/faults.ts'
import { saveDestinationTest } from '../../src/catalog/destination-tests.ts'
import { saveSetting } from '../../src/catalog/settings.ts'
import { recordCycle } from '../../src/catalog/sources.ts'
import { CONFIG, FiguresServer } from './figures.ts'

let one: FiguresServer
beforeEach(async () => {
  one = await FiguresServer.start()
})
afterEach(() => one[Symbol.asyncDispose]())

const COUNTS = { seen: 1, synced: 1, skipped: 0, moved: 0, failed: 0, retrying: 0, bytes: 10 }

async function cycleEnded(fault: Fault | null = null): Promise<void> {
  const result = { end: fault === null ? 'done' : 'broken', fault, partly: false, ...COUNTS } as const
  const times = { startedAt: one.drive.now - 1000, endedAt: one.drive.now }
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
    name: 'owner@example.com',
    account: 'owner@example.com',
    kind: 'my-drive',
    last_success: new Date(one.drive.now).toISOString(),
    last_look: new Date(one.drive.now).toISOString(),
    listing: false,
    files_total: 3,
    files_synced: 2,
    pending: 1,
    failed: 0,
    skipped: 0,
    coverage: 2 / 3,
    lag: 90,
    trouble: null,
    watched: true,
    watched_until: null,
  })
})

test('trouble of Google is the source’s, and trouble of storage the destination’s', async () => {
  await cycleEnded(new Fault('google/unreachable', 'Google Drive', { detail: 'ENOTFOUND' }))
  expect(await source()).toMatchObject({
    last_success: null,
    last_look: new Date(one.drive.now).toISOString(),
    trouble: { message: 'Google Drive: Google cannot be reached (ENOTFOUND).', needs_operator: false },
  })
  await cycleEnded(new Fault('s3/access-denied', 'bucket "my-backup" at s3.amazonaws.com'))
  expect(await source()).toMatchObject({ trouble: null })
  expect((await destinations()).destinations[0]).toMatchObject({
    name: 'aws_s3',
    trouble: { fault: 's3/access-denied', needs_operator: true, hint: expect.stringMatching(/^Allow s3:PutObject/) },
  })
})

test('a destination shows where it is, what it holds, and what went wrong there last', async () => {
  await saveSetting(one.drive.db, 'destination.aws_s3', 's3://my-backup at s3.amazonaws.com')
  await saveDestinationTest(one.drive.db, 'aws_s3', { at: one.drive.now, ok: true })
  await one.drive.see({ 'a.txt': { size: 100 }, 'b.txt': {} })
  await one.drive.settle({ 'b.txt': { status: 'failed', fault: 's3/key-refused', nextAttempt: null } })
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
          message: 'b.txt: storage does not accept an object key of this form.',
        },
      ],
      trouble: null,
    },
    expect.objectContaining({
      name: 'cold',
      enabled: false,
      files: 0,
      last_write: null,
      last_errors: [],
      last_test: null,
    }),
  ])
  expect(types).toContainEqual({ type: 'minio', title: 'MinIO', default_region: 'us-east-1', needs_endpoint: true })
})

test('of several destinations each has its own errors, by the bucket that is named', async () => {
  one.world.config = CONFIG.replace('enabled: false, ', '').replace(
    'region: eu-central-003',
    'region: eu-central-003, access_key_id: b, secret_access_key: c',
  )
  await cycleEnded(new Fault('s3/full', 'bucket "cold-backup" at s3.eu-central-003.backblazeb2.com'))
  const { destinations: found } = await destinations()
  expect(found).toMatchObject([
    { name: 'aws_s3', trouble: null },
    { name: 'cold', trouble: { fault: 's3/full' } },
  ])

  // Two buckets may have one name, at different places.
  await saveSetting(one.drive.db, 'destination.cold', 's3://cold-backup/ at https://s3.eu-central-003.backblazeb2.com')
  expect((await destinations()).destinations).toMatchObject([{}, { name: 'cold', trouble: { fault: 's3/full' } }])
  await saveSetting(one.drive.db, 'destination.cold', 's3://cold-backup/ at https://elsewhere.example')
  expect((await destinations()).destinations).toMatchObject([{}, { name: 'cold', trouble: null }])
})

test('a destination that was taken out of the configuration is shown as long as copies are there', async () => {
  await one.drive.see({ 'a.txt': { size: 100 } })
  await one.drive.settle({ 'a.txt': { status: 'stored', at: ['aws_s3', 'old_place'] } })
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
