import { describe, expect, test } from 'vitest'
import type { FaultRule, Fault as WireFault } from '../../emulator/s3/wire/fault.ts'
import { Backup } from '../backup/harness.ts'
import { BucketWatch, settle } from './bucket-watch.ts'

/** Storage, or something in front of it, refuses one object: a fault of that file, and the destination is in order. */

const KEYS = 'home/owner@example.com/'
const QUICK = { destination: { retryBaseMs: 1 } }
const OTHERS = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`other ${i}.txt`, `other ${i}`]))

const REFUSALS: { what: string; name: string; fault: WireFault; code: string }[] = [
  {
    what: '403 with a page',
    name: '.env',
    fault: { kind: 'answer', status: 403, body: 'html' },
    code: 'storage/object-refused',
  },
  {
    what: '403 AccessDenied',
    name: 'tool.exe',
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
    code: 'storage/object-refused',
  },
  {
    what: '403 SignatureDoesNotMatch',
    name: '100%.txt',
    fault: { kind: 'answer', status: 403, code: 'SignatureDoesNotMatch' },
    code: 'storage/object-refused',
  },
  {
    what: '403 without a body',
    name: 'a#b.txt',
    fault: { kind: 'answer', status: 403, body: 'none' },
    code: 'storage/object-refused',
  },
  {
    what: '301 to elsewhere',
    name: 'moved.txt',
    fault: { kind: 'answer', status: 301, body: 'html' },
    code: 'storage/object-refused',
  },
  {
    what: '200 that is a page',
    name: 'login.txt',
    fault: { kind: 'answer', status: 200, body: 'html' },
    code: 'storage/object-refused',
  },
  {
    what: '400 InvalidRequest',
    name: 'bad.txt',
    fault: { kind: 'answer', status: 400, code: 'InvalidRequest' },
    code: 'storage/request-refused',
  },
  {
    what: '413 with a page',
    name: 'large.txt',
    fault: { kind: 'answer', status: 413, body: 'html' },
    code: 'storage/body-too-large',
  },
  {
    what: '500 each time',
    name: 'bug.txt',
    fault: { kind: 'answer', status: 500, code: 'InternalError' },
    code: 'storage/unavailable',
  },
  {
    what: '404 NoSuchKey',
    name: 'odd.txt',
    fault: { kind: 'answer', status: 404, code: 'NoSuchKey' },
    code: 'storage/not-found',
  },
  { what: '507', name: 'quota.txt', fault: { kind: 'answer', status: 507, body: 'none' }, code: 'storage/full' },
]

function refusing(name: string, fault: WireFault, operation: string | string[] = 'PutObject'): FaultRule {
  return { match: { operation, key: `${(KEYS + name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$` }, fault }
}

describe.each(REFUSALS)('$what for one key', ({ name, fault, code }) => {
  test('in company: the others are stored, and the one fails after its attempts', async () => {
    await using backup = await Backup.start({
      drive: { files: { ...OTHERS, [name]: 'refused' } },
      retryAttempts: 2,
      ...QUICK,
    })
    backup.s3.faults.add(refusing(name, fault))
    for (let i = 0; i < 6; i++) {
      expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null })
      backup.clock.time += 3_600_000
    }
    expect(await backup.row(backup.drive.find(name).id)).toMatchObject({ sync_status: 'failed', fault: code })
    expect(await backup.contents()).toMatchObject(OTHERS)
    // It is tried again by itself the next day.
    backup.s3.faults.clear()
    backup.clock.time += 25 * 3_600_000
    await backup.cycle()
    expect(Object.values(await backup.contents())).toContain('refused')
  })

  test.each([{ versioning: false }, { versioning: true }])(
    'edited alone (versioning $versioning): no outage',
    async ({ versioning }) => {
      await using backup = await Backup.start({
        drive: { files: { ...OTHERS, [name]: 'first' } },
        s3: { versioning },
        retryAttempts: 2,
        ...QUICK,
      })
      await backup.cycle()
      const bucket = new BucketWatch(backup)
      await bucket.note()
      backup.s3.faults.add(refusing(name, fault))
      const { id } = backup.drive.find(name)
      backup.drive.edit(id, 'second')
      backup.resetCounts()
      for (let i = 0; i < 6; i++) {
        const result = await backup.cycle()
        expect(result).toMatchObject({ end: 'done', fault: null })
        backup.clock.time += 3_600_000
      }
      expect(await backup.row(id)).toMatchObject({
        sync_status: 'failed',
        fault: code,
        attempts: code === 'storage/body-too-large' ? 1 : 3,
      })
      // Kept aside once, for however many attempts.
      expect(backup.s3.requests.count('CopyObject')).toBe(versioning ? 0 : 1)
      backup.drive.create({ name: 'new.txt', content: 'new' })
      await backup.cycle()
      backup.s3.faults.clear()
      backup.clock.time += 25 * 3_600_000
      await settle(backup)
      expect(Object.values(await backup.contents())).toEqual(expect.arrayContaining(['second', 'new']))
      await bucket.check()
    },
  )
})

test('what is refused at its key for reading as well is still a fault of that file', async () => {
  await using backup = await Backup.start({
    drive: { files: { ...OTHERS, '.env': 'first' } },
    retryAttempts: 1,
    ...QUICK,
  })
  await backup.cycle()
  const every = ['PutObject', 'HeadObject', 'GetObject', 'CopyObject']
  backup.s3.faults.add(refusing('.env', { kind: 'answer', status: 403, body: 'html' }, every))
  const { id } = backup.drive.find('.env')
  backup.drive.edit(id, 'second')
  for (let i = 0; i < 5; i++) {
    expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null })
    backup.clock.time += 3_600_000
  }
  expect(await backup.row(id)).toMatchObject({ sync_status: 'failed', fault: 'storage/object-refused' })
  // Nor does it stand in the way of what others left uncertain, of a restart, or of an inventory.
  await backup.startWith(await backup.saveCatalog())
  expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null })
  backup.drive.rename(id, 'env.txt')
  await settle(backup)
  expect(await backup.contents()).toMatchObject({ 'env.txt': 'second' })
})

test('a request limit in front of storage concerns the large file alone', async () => {
  const MIB = 1024 * 1024
  await using backup = await Backup.start({
    drive: { files: { ...OTHERS, 'large.bin': 'x'.repeat(2 * MIB) } },
    ...QUICK,
  })
  backup.s3.limits.maxRequestBody = MIB
  const { id } = backup.drive.find('large.bin')
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 6, failed: 1 })
  expect(await backup.row(id)).toMatchObject({ sync_status: 'failed', fault: 'storage/body-too-large' })
  backup.drive.edit(id, 'y'.repeat(2 * MIB))
  expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null, failed: 1 })
  // With a limit that parts fit into it goes up in parts.
  backup.s3.limits.maxRequestBody = 6 * MIB
  backup.drive.edit(id, 'z'.repeat(20 * MIB))
  await settle(backup)
  expect((await backup.contents())['large.bin']).toBe('z'.repeat(20 * MIB))
})

test.each(['aws_s3', 'second'])('a refusal for good at %s hides no passing fault at the other', async (refuses) => {
  await using backup = await Backup.start({
    drive: { files: { ...OTHERS, 'x.txt': 'x' } },
    second: true,
    retryAttempts: 2,
    ...QUICK,
  })
  const { secondS3 } = backup
  if (secondS3 === null) throw new Error('there is no second server')
  const [bad, good] = refuses === 'second' ? [secondS3, backup.s3] : [backup.s3, secondS3]
  bad.faults.add(refusing('x.txt', { kind: 'answer', status: 400, code: 'XMinioInvalidObjectName' }))
  good.faults.add({ ...refusing('x.txt', { kind: 'answer', status: 500, code: 'InternalError' }), times: 3 })
  await backup.cycle()
  expect(Object.keys(await backup.contents('mirror', good))).not.toContain('x.txt')
  backup.clock.time += 3_600_000
  await backup.cycle()
  expect(await backup.contents('mirror', good)).toEqual({ ...OTHERS, 'x.txt': 'x' })
  expect(await backup.contents('mirror', bad)).toEqual(OTHERS)
  const { id } = backup.drive.find('x.txt')
  expect(await backup.row(id)).toMatchObject({
    sync_status: 'failed',
    fault: 'storage/key-refused',
    next_attempt: null,
  })
  // And an edit goes to the good one at once, with a single download.
  backup.drive.edit(id, 'x, edited')
  backup.resetCounts()
  await backup.cycle()
  expect((await backup.contents('mirror', good))['x.txt']).toBe('x, edited')
  expect(backup.drive.requests.count('files.media')).toBe(1)
})

describe('objects in an archive class', () => {
  const archived: FaultRule = {
    match: { operation: ['CopyObject', 'UploadPartCopy'] },
    fault: { kind: 'answer', status: 403, code: 'InvalidObjectState' },
  }

  test.each([{ versioning: false }, { versioning: true }])(
    'versioning $versioning: renames and edits go on by new uploads',
    async ({ versioning }) => {
      const files = {
        ...OTHERS,
        'renamed.txt': 'renamed',
        'edited.txt': 'first',
        'both.txt': 'first of both',
        'gone.txt': 'gone',
      }
      await using backup = await Backup.start({ drive: { files }, s3: { versioning }, ...QUICK })
      await backup.cycle()
      const bucket = new BucketWatch(backup)
      await bucket.note()
      const { drive } = backup
      backup.s3.faults.add(archived)
      drive.rename(drive.find('renamed.txt').id, 'renamed 2.txt')
      drive.edit(drive.find('edited.txt').id, 'second')
      drive.edit(drive.find('both.txt').id, 'second of both')
      drive.rename(drive.find('both.txt').id, 'both 2.txt')
      drive.remove(drive.find('gone.txt').id)
      drive.create({ name: 'new.txt', content: 'new' })
      expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null, failed: 0, retrying: 0 })
      const stored = () => backup.contents('all').then((all) => Object.values(all))
      expect(await stored()).toEqual(expect.arrayContaining(['renamed', 'second', 'second of both', 'new', 'gone']))
      await bucket.note()
      // Names that archived objects hold are taken, and four more are renamed and five more added.
      for (const name of ['renamed.txt', 'both.txt', 'gone.txt']) drive.create({ name, content: `new ${name}` })
      for (let i = 0; i < 4; i++) drive.rename(drive.find(`other ${i}.txt`).id, `another ${i}.txt`)
      for (let i = 0; i < 5; i++) drive.create({ name: `more ${i}.txt`, content: `more ${i}` })
      expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null, failed: 0, retrying: 0 })
      await bucket.note()
      drive.edit(drive.find('edited.txt').id, 'third')
      drive.rename(drive.find('edited.txt').id, 'renamed.txt ')
      await settle(backup)
      expect(await stored()).toEqual(
        expect.arrayContaining(['third', 'new renamed.txt', 'new both.txt', 'new gone.txt']),
      )
      await bucket.check()
      // Restored from the archive, everything finds its way.
      backup.s3.faults.clear()
      for (const name of ['renamed.txt', 'both.txt', 'gone.txt']) drive.edit(drive.find(name).id, `edited ${name}`)
      drive.rename(drive.find('renamed 2.txt').id, 'renamed 3.txt')
      await settle(backup)
      await bucket.check()
      expect(await backup.contents()).toMatchObject({ 'renamed 3.txt': 'renamed', 'both.txt': 'edited both.txt' })
    },
  )

  test('a file that is gone from Drive keeps its archived object and its name', async () => {
    await using backup = await Backup.start({ drive: { files: { 'a.txt': 'the only copy' } }, ...QUICK })
    await backup.cycle()
    const bucket = new BucketWatch(backup)
    await bucket.note()
    backup.s3.faults.add(archived)
    backup.drive.trash(backup.drive.find('a.txt').id)
    backup.drive.create({ name: 'a.txt', content: 'another' })
    for (let i = 0; i < 3; i++) {
      expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null })
      backup.clock.time += 25 * 3_600_000
    }
    expect(Object.values(await backup.contents('all'))).toEqual(expect.arrayContaining(['the only copy', 'another']))
    await bucket.check()
  })
})

test('a setting that every upload carries is refused: no attempt is burned, and once corrected all goes on at once', async () => {
  const bad = { kind: 'answer', status: 400, code: 'InvalidStorageClass' } as const
  await using backup = await Backup.start({
    drive: { files: OTHERS },
    second: true,
    retryAttempts: 1,
    destination: { retryBaseMs: 1 },
  })
  backup.s3.faults.add({ match: { operation: ['PutObject', 'CreateMultipartUpload'] }, fault: bad })
  for (let i = 0; i < 4; i++) {
    const result = await backup.cycle()
    expect(result).toMatchObject({ end: 'broken', partly: true, failed: 0 })
    expect(result.fault?.code).toBe('storage/setting-refused')
  }
  const rows = await backup.db.selectFrom('files').selectAll().execute()
  expect(
    rows.filter((row) => row.kind === 'blob').every((row) => row.sync_status === 'pending' && row.attempts === 0),
  ).toBe(true)
  backup.s3.faults.clear()
  await backup.restart()
  expect(await backup.cycle()).toMatchObject({ end: 'done', fault: null })
  expect(await backup.contents()).toEqual(OTHERS)
})

test('many refused writes make one history copy each, however often they are tried', async () => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`file ${i}.txt`, `first ${i}`]))
  await using backup = await Backup.start({ drive: { files }, retryAttempts: 4, ...QUICK })
  await backup.cycle()
  const bucket = new BucketWatch(backup)
  await bucket.note()
  for (const name of Object.keys(files)) backup.drive.edit(backup.drive.find(name).id, `second ${name}`)
  backup.s3.faults.add({
    match: { operation: 'PutObject', key: 'file' },
    fault: { kind: 'answer', status: 400, code: 'InvalidRequest' },
  })
  backup.resetCounts()
  for (let i = 0; i < 6; i++) {
    await backup.cycle()
    backup.clock.time += 3_600_000
  }
  expect(backup.s3.requests.count('CopyObject')).toBe(30)
  expect((await backup.s3.objects('backup', { prefix: 'home/.drivekeep/versions/' })).length).toBe(30)
  // The same by a process that knows nothing of what was kept.
  await backup.startWith(null)
  for (let i = 0; i < 6; i++) {
    await backup.cycle()
    backup.clock.time += 3_600_000
  }
  expect(backup.s3.requests.count('CopyObject')).toBe(30)
  backup.s3.faults.clear()
  backup.clock.time += 25 * 3_600_000
  await settle(backup)
  await bucket.check()
})

test('what a server says is kept short', async () => {
  await using backup = await Backup.start({ drive: { files: { ...OTHERS, 'x.txt': 'x' } }, ...QUICK })
  const message = `\u0000\u001b[31m${'long '.repeat(1024 * 1024)}`
  backup.s3.faults.add(refusing('x.txt', { kind: 'answer', status: 400, code: 'Odd', message }))
  await backup.cycle()
  const row = await backup.row(backup.drive.find('x.txt').id)
  expect(row.last_error?.length).toBeLessThan(300)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  expect(row.last_error).not.toMatch(/[\u0000-\u001f]/)
  const logs = await backup.db.selectFrom('sync_logs').select('message').execute()
  expect(Math.max(...logs.map((log) => log.message?.length ?? 0))).toBeLessThan(300)
})
