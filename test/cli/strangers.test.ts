import { globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createS3Destination } from '../../src/destinations/s3/destination.ts'
import { blob, labelsOf } from '../destinations/bytes.ts'
import { MemoryUploadLog } from '../destinations/upload-log.ts'
import { BUCKET, Installation } from './drivekeep.ts'

const FILES = { 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'three' }
const signal = new AbortController().signal

/** All that the bucket holds, by key. */
async function contents({ s3 }: Installation): Promise<Record<string, string>> {
  const keys = (await s3.objects(BUCKET)).map(({ key }) => key).filter((key) => !key.endsWith('destination.json'))
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, `${await s3.body(BUCKET, key)}`])))
}

/** The catalog is gone, with the disk that it was on. */
function loseCatalog({ folder }: Installation): void {
  for (const file of globSync(join(folder, '**/sync_state.db*'))) rmSync(file)
}

/** Somebody writes into the bucket who is not this installation. */
async function putStranger({ s3 }: Installation, key: string, text: string): Promise<void> {
  await using other = createS3Destination({
    ...{ name: 'other', bucket: BUCKET, region: 'us-east-1', prefix: '', endpoint: s3.url, forcePathStyle: true },
    ...{ ...s3.credentials, storageClass: null, uploads: new MemoryUploadLog() },
  })
  await other.put(key, blob(Buffer.from(text)), labelsOf(), signal)
}

test.each([true, false])(
  'a lost catalog costs no second copy of anything (bucket with versions: %s)',
  async (versioning) => {
    await using one = await Installation.start({ drive: { files: FILES }, s3: { versioning } })
    await one.run(['sync'])
    const before = await contents(one)
    loseCatalog(one)
    one.drive.edit(one.drive.find('b.txt').id, 'two, edited')
    one.drive.requests.reset()
    one.s3.requests.reset()
    expect(await one.json('sync')).toMatchObject({ pending: 0, failed: {}, bytes: 'two, edited'.length })
    expect([one.drive.requests.count('files.media'), one.puts()]).toEqual([1, 1])
    const after = Object.values(await contents(one)).sort()
    const kept = versioning ? [] : ['two']
    expect(after).toEqual(['one', 'two, edited', 'three', ...kept].sort())
    expect(Object.keys(before).length).toBe(3)
    expect((await one.objects({ versions: true })).length).toBe(4)

    // From now on nothing is looked at twice.
    one.s3.requests.reset()
    one.drive.create({ name: 'd.txt', content: 'four' })
    await one.run(['sync'])
    const looked = one.s3.requests.recent().filter(({ operation }) => operation === 'HeadObject')
    expect(looked.map(({ key }) => key)).toEqual(['.drivekeep/destination.json'])
  },
)

test('what others have put where a file belongs is kept aside', async () => {
  await using one = await Installation.start({ drive: { files: FILES } })
  await putStranger(one, 'owner@example.com/a.txt', 'precious')
  await one.run(['sync'])
  expect(Object.values(await contents(one)).sort()).toEqual(['one', 'precious', 'three', 'two'])
  expect((await contents(one))['owner@example.com/a.txt']).toBe('one')
})

test('a bucket that is empty where our files go is asked once, besides for its marker, and then trusted', async () => {
  await using one = await Installation.start({ drive: { files: FILES } })
  await putStranger(one, 'others/a.txt', 'not in our way')
  one.s3.requests.reset()
  await one.run(['sync'])
  expect([one.s3.requests.count('ListObjectsV2'), one.s3.requests.count('HeadObject')]).toEqual([1, 1])
  one.s3.requests.reset()
  await one.run(['sync'])
  expect(one.s3.requests.total).toBe(0)
})
