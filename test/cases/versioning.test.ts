import { describe, expect, test } from 'vitest'
import { Backup } from '../backup/harness.ts'
import { AnotherProgram } from './another-program.ts'
import { BucketWatch, settle } from './bucket-watch.ts'

/** Versioning is suspended or enabled while we work, and servers name versions in their own ways. */

const KEYS = 'home/owner@example.com/'
/** AWS names the version `null` on reads alone, Ceph and MinIO on writes as well. */
const SERVERS = [{ namesNullVersions: false }, { namesNullVersions: true }]

describe.each(SERVERS)('a server that names null versions on writes: $namesNullVersions', (habits) => {
  test.each(['suspended before the first', 'suspended midway', 'enabled midway', 'on and off'])(
    'no content is lost by edits, renames and new names: versioning %s',
    async (when) => {
      const files = { 'a.txt': 'a 0', 'b.txt': 'b 0', 'c.txt': 'c 0' }
      await using backup = await Backup.start({
        drive: { files },
        s3: { versioning: when !== 'enabled midway', habits },
      })
      using another = new AnotherProgram(backup.s3)
      const { drive } = backup
      const bucket = new BucketWatch(backup)
      const states: Record<string, ('Enabled' | 'Suspended' | null)[]> = {
        'suspended before the first': ['Suspended', null, null, null, null],
        'suspended midway': [null, null, 'Suspended', null, null],
        'enabled midway': [null, null, 'Enabled', null, null],
        'on and off': [null, 'Suspended', 'Enabled', 'Suspended', 'Enabled'],
      }
      const [a, b, c] = ['a.txt', 'b.txt', 'c.txt'].map((name) => drive.find(name).id) as [string, string, string]
      for (const [i, state] of (states[when] ?? []).entries()) {
        if (state !== null) await another.setVersioning(state)
        drive.edit(a, `a ${i + 1}`)
        drive.rename(b, `b ${i + 1}.txt`)
        drive.edit(c, `c ${i + 1}`)
        drive.rename(c, `c ${i + 1}.txt`)
        drive.create({ name: `b${i === 0 ? '' : ` ${i}`}.txt`, content: `takes b of round ${i}` })
        await backup.cycle()
        await bucket.note()
      }
      await settle(backup)
      await bucket.check()
      expect(await backup.contents()).toMatchObject({ 'a.txt': 'a 5', 'b 5.txt': 'b 0', 'c 5.txt': 'c 5' })
      // Every content that was captured is a copy in the catalog, and a version named `null` is none.
      const copies = await backup.db.selectFrom('copies').select(['object_key', 'version_id']).execute()
      expect(copies.every((copy) => copy.version_id !== 'null')).toBe(true)
      const revisions = await backup.db.selectFrom('copies').select(['file', 'revision']).distinct().execute()
      expect(revisions.length).toBe((await backup.db.selectFrom('revisions').select('file').execute()).length)
    },
  )

  test('a foreign object that came while versioning was suspended is not removed by a rename', async () => {
    await using backup = await Backup.start({
      drive: { files: { 'a.txt': 'a', 'b.txt': 'b' } },
      s3: { versioning: true, habits },
    })
    using another = new AnotherProgram(backup.s3)
    await backup.cycle()
    await another.setVersioning('Suspended')
    // The state may be remembered for a minute.
    await backup.restart()
    for (const name of ['a.txt', 'b.txt']) await another.put(KEYS + name, `not ours: ${name}`)
    const bucket = new BucketWatch(backup)
    await bucket.note()
    const { drive } = backup
    drive.rename(drive.find('a.txt').id, 'a 2.txt')
    drive.rename(drive.find('b.txt').id, 'b 2.txt')
    drive.edit(drive.find('b 2.txt').id, 'b, edited')
    await settle(backup)
    await bucket.check()
  })
})

test('with versions the bucket keeps the old contents itself: nothing is copied aside, and moving asks for little', async () => {
  await using backup = await Backup.start({
    drive: { files: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`file ${i}.txt`, `text ${i}`])) },
    s3: { versioning: true },
  })
  await backup.cycle()
  const { drive } = backup
  backup.resetCounts()
  for (let i = 0; i < 30; i++)
    if (i % 2 === 0) drive.edit(drive.find(`file ${i}.txt`).id, `edited ${i}`)
    else drive.rename(drive.find(`file ${i}.txt`).id, `renamed ${i}.txt`)
  await backup.cycle()
  const { requests } = backup.s3
  expect(requests.count('PutObject')).toBe(15)
  expect(requests.count('CopyObject')).toBe(15)
  expect(requests.count('HeadObject')).toBe(0)
})
