import { describe, expect, test } from 'vitest'
import { Backup, type Setup } from '../backup/harness.ts'
import { AnotherProgram } from './another-program.ts'
import { BucketWatch, settle } from './bucket-watch.ts'

/** Another program works in our bucket: it writes objects again, replaces them, or deletes them. */

const KEYS = 'home/owner@example.com/'
const WAYS = [
  { labels: true, inParts: true },
  { labels: true, inParts: false },
  { labels: false, inParts: true },
  { labels: false, inParts: false },
]

const FILES = {
  'edited.txt': 'first content of edited',
  'deleted.txt': 'only content of deleted',
  'renamed.txt': 'only content of renamed',
  'both.txt': 'first content of both',
  'same.txt': 'stays as it is',
}

async function start(setup: Setup = {}) {
  const backup = await Backup.start({ drive: { files: FILES }, ...setup })
  await backup.cycle()
  const bucket = new BucketWatch(backup)
  await bucket.note()
  return { backup, bucket, another: new AnotherProgram(backup.s3) }
}

describe.each([{ versioning: false }, { versioning: true }])('versioning $versioning', ({ versioning }) => {
  test.each(WAYS)(
    'what is written again (labels $labels, parts $inParts) is edited, renamed and replaced without a loss',
    async (way) => {
      const { backup, bucket, another } = await start({ s3: { versioning } })
      await using _b = backup
      using _a = another
      const { drive } = backup
      drive.remove(drive.find('deleted.txt').id)
      await backup.cycle()
      for (const name of Object.keys(FILES)) await another.rewrite(KEYS + name, way)
      drive.edit(drive.find('edited.txt').id, 'second content of edited')
      drive.create({ name: 'deleted.txt', content: 'a new file of that name' })
      drive.rename(drive.find('renamed.txt').id, 'renamed 2.txt')
      drive.edit(drive.find('both.txt').id, 'second content of both')
      drive.rename(drive.find('both.txt').id, 'both 2.txt')
      await settle(backup)
      const expected = {
        'edited.txt': 'second content of edited',
        'deleted.txt': 'a new file of that name',
        'renamed 2.txt': 'only content of renamed',
        'both 2.txt': 'second content of both',
        'same.txt': 'stays as it is',
      }
      expect(await backup.contents()).toMatchObject(expected)
      await bucket.check()
      expect(await backup.contents()).toMatchObject(expected)
    },
  )

  test.each(WAYS)(
    'an inventory takes what is written again (labels $labels, parts $inParts) as it is by then',
    async (way) => {
      const { backup, bucket, another } = await start({ s3: { versioning } })
      await using _b = backup
      using _a = another
      for (const name of Object.keys(FILES)) await another.rewrite(KEYS + name, way)
      await backup.inventory()
      await settle(backup)
      await bucket.check()
      // It is not looked at again each time.
      backup.resetCounts()
      await backup.inventory()
      expect(backup.s3.requests.count('HeadObject')).toBe(0)
      const { rows } = {
        rows: await backup.db.selectFrom('files').select('sync_status').where('kind', '=', 'blob').execute(),
      }
      expect(rows.every((row) => row.sync_status === 'synced')).toBe(true)
    },
  )

  test('what another program puts under our keys is kept when the file is edited, renamed or stored for the first time', async () => {
    const { backup, bucket, another } = await start({ s3: { versioning } })
    await using _b = backup
    using _a = another
    const { drive } = backup
    for (const name of ['edited.txt', 'renamed.txt', 'both.txt']) await another.put(KEYS + name, `not ours: ${name}`)
    await bucket.note()
    drive.edit(drive.find('edited.txt').id, 'second content of edited')
    drive.rename(drive.find('renamed.txt').id, 'renamed 2.txt')
    drive.edit(drive.find('both.txt').id, 'second content of both')
    drive.rename(drive.find('both.txt').id, 'both 2.txt')
    await settle(backup)
    // Names that were left, with somebody else's object under them, are taken by new files.
    for (const name of ['renamed.txt', 'both.txt']) drive.create({ name, content: `new ${name}` })
    await settle(backup)
    // The contents that another program overwrote are gone by its doing, where nobody keeps versions; its own are not.
    const gone = versioning ? [] : ['both.txt', 'edited.txt']
    await bucket.check(
      '',
      gone.map((name) => KEYS + name),
    )
    expect(await backup.contents()).toMatchObject({
      'renamed 2.txt': 'only content of renamed',
      'same.txt': 'stays as it is',
    })
  })

  test('an object that took the place of a copy is not overwritten when the copy is stored again', async () => {
    const { backup, bucket, another } = await start({ s3: { versioning } })
    await using _b = backup
    using _a = another
    await another.put(`${KEYS}same.txt`, 'not ours')
    await bucket.note()
    await backup.inventory()
    await settle(backup)
    await bucket.check()
    expect(await backup.contents()).toMatchObject({ 'same.txt': 'stays as it is' })
  })

  test('objects that another program deleted are stored again, and nothing else is', async () => {
    const { backup, bucket, another } = await start({ s3: { versioning } })
    await using _b = backup
    using _a = another
    for (const name of ['same.txt', 'renamed.txt']) await another.remove(KEYS + name)
    backup.drive.rename(backup.drive.find('renamed.txt').id, 'renamed 2.txt')
    await settle(backup)
    expect((await backup.inventory())[0]).toMatchObject({ lost: versioning ? 0 : 1 })
    expect((await backup.standing()).pending).toBe(1)
    backup.resetCounts()
    await settle(backup)
    expect(backup.puts()).toBeLessThanOrEqual(1)
    expect(await backup.contents()).toMatchObject({
      'same.txt': 'stays as it is',
      'renamed 2.txt': 'only content of renamed',
    })
    await bucket.check()
  })

  test('a wiped bucket is noticed, told and filled again', async () => {
    const { backup, another } = await start({ s3: { versioning } })
    await using _b = backup
    using _a = another
    for (const { key, versionId } of await backup.s3.objects('backup', { versions: true }))
      await another.remove(key, versioning ? versionId : undefined)
    expect(await backup.inventory()).toEqual([{ listed: 0, lost: 5, unknown: 0, sampled: false }])
    expect(await backup.standing()).toMatchObject({ pending: 5, synced: 0 })
    await settle(backup)
    expect(await backup.contents()).toEqual(FILES)
  })
})

test('an inventory that may not look at one object compares all others', async () => {
  const { backup, another } = await start()
  await using _b = backup
  using _a = another
  await another.put(`${KEYS}both.txt`, 'not ours')
  await another.remove(`${KEYS}same.txt`)
  const operation = ['HeadObject', 'GetObject']
  backup.s3.faults.add({ match: { operation, key: 'both' }, fault: { kind: 'answer', status: 403, body: 'html' } })
  expect(await backup.inventory()).toEqual([{ listed: 5, lost: 1, unknown: 0, sampled: false }])
  backup.s3.faults.clear()
  expect(await backup.inventory()).toMatchObject([{ lost: 1 }])
  await settle(backup)
  expect(await backup.contents()).toMatchObject(FILES)
})

test('a version that is gone while its key has the same content again: renamed without another download', async () => {
  const { backup, bucket, another } = await start({ s3: { versioning: true } })
  await using _b = backup
  using _a = another
  const [old] = await backup.s3.objects('backup', { prefix: `${KEYS}renamed.txt`, versions: true })
  await another.rewrite(`${KEYS}renamed.txt`, { labels: true, inParts: true })
  await another.remove(`${KEYS}renamed.txt`, old?.versionId)
  backup.drive.rename(backup.drive.find('renamed.txt').id, 'renamed 2.txt')
  backup.resetCounts()
  await settle(backup)
  expect(backup.drive.requests.count('files.media')).toBe(0)
  expect(await backup.contents()).toMatchObject({ 'renamed 2.txt': 'only content of renamed' })
  await bucket.check()
})

test.each([{ labels: true }, { labels: false }])(
  'a stranger under a key with the labels of a removed file ($labels)',
  async ({ labels }) => {
    const { backup, bucket, another } = await start()
    await using _b = backup
    using _a = another
    const { drive } = backup
    const { id } = drive.find('deleted.txt')
    const [object] = await backup.s3.objects('backup', { prefix: `${KEYS}deleted.txt` })
    drive.remove(id)
    await backup.cycle()
    await another.put(`${KEYS}new.txt`, 'other bytes altogether', labels ? { ...object?.metadata } : {})
    await bucket.note()
    await backup.startWith(await backup.saveCatalog())
    drive.create({ name: 'new.txt', content: 'a new file' })
    await settle(backup)
    await bucket.check()
  },
)
