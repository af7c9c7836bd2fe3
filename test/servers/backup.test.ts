import { expect, inject, test } from 'vitest'
import type { DriveOptions } from '../../emulator/drive/index.ts'
import type { ObjectRef } from '../../src/backup/model/destination.ts'
import { Backup } from '../backup/harness.ts'
import { compareBucket } from '../compare-bucket.ts'
import { collect } from '../destinations/bytes.ts'
import type { Ceph } from './ceph.ts'
import { makeBucket } from './ceph-place.ts'

/** The whole path, from Drive's change feed to a bucket of Ceph, and what that bucket holds afterwards. */

const MIB = 1024 * 1024
const FOLDER = 'application/vnd.google-apps.folder'
const signal = new AbortController().signal
const ceph = inject('ceph') as Ceph

/** A backup into an empty bucket of Ceph, and how that compares with the Drive. */
async function startBackup(versioning: boolean, drive: DriveOptions = {}) {
  const { url, accessKeyId, secretAccessKey } = ceph
  const bucket = await makeBucket(ceph, ceph, versioning)
  const backup = await Backup.start({
    drive,
    multipartThreshold: 8 * MIB,
    destination: { bucket, endpoint: url, accessKeyId, secretAccessKey, partSize: 5 * MIB },
  })
  const compare = () => compareBucket({ driveUrl: backup.drive.url, s3Url: url, bucket, accessKeyId, secretAccessKey })
  return { backup, compare }
}

/** The texts of all old revisions, each read from where the catalog says that it is. */
async function history({ db, destination }: Backup): Promise<string[]> {
  const copies = await db.selectFrom('copies').selectAll().where('place', '=', 'history').execute()
  const refs: ObjectRef[] = copies.map((row) => ({ key: row.object_key, versionId: row.version_id, size: row.size }))
  const texts: string[] = []
  for (const ref of refs) texts.push(String(await collect(await destination.open(ref, 0, signal))))
  return texts.sort()
}

for (const versioning of [false, true]) {
  const kind = versioning ? 'a versioned' : 'an unversioned'

  test(`${kind} bucket follows what happens in Drive, and keeps what was replaced`, async () => {
    const { backup, compare } = await startBackup(versioning)
    await using _ = backup
    const { drive } = backup
    const file = (name: string, content: string) => drive.create({ name, content })
    const [a, b, c, d] = [file('a.txt', 'a1'), file('b.txt', 'b1'), file('c.txt', 'c1'), file('d.txt', 'd1')]
    const large = file('large.bin', 'l1'.repeat(6 * MIB))
    const folder = drive.create({ name: 'Folder', mimeType: FOLDER })
    expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 5, failed: 0, retrying: 0 })
    expect(await compare()).toEqual({ equal: 5, present: 0, missing: [], wrong: [] })

    drive.edit(a, 'a2')
    drive.rename(b, 'renamed.txt')
    drive.move(c, folder)
    drive.edit(large, 'l2'.repeat(6 * MIB))
    file('new.txt', 'new')
    await backup.cycle()
    expect(await compare()).toEqual({ equal: 6, present: 0, missing: [], wrong: [] })
    expect((await history(backup)).map((text) => text.slice(0, 2))).toEqual(['a1', 'l1'])

    // What a copy made is replaced in its turn, and two files swap their names.
    drive.edit(b, 'b2')
    drive.rename(folder, 'Other folder')
    drive.rename(a, 'd.txt')
    drive.rename(d, 'a.txt')
    await backup.cycle()
    expect(await compare()).toEqual({ equal: 6, present: 0, missing: [], wrong: [] })
    expect((await history(backup)).map((text) => text.slice(0, 2))).toEqual(['a1', 'b1', 'l1'])
    expect(await backup.standing()).toMatchObject({ pending: 0, oldestUnprotected: null })
  })

  test(`${kind} bucket takes names and files of every kind`, async () => {
    const { backup, compare } = await startBackup(versioning, { dataSet: 'awkward', seed: 1 })
    await using _ = backup
    expect(await backup.cycle()).toMatchObject({ end: 'done', failed: 0, retrying: 0 })
    const { filesTotal, synced, skipped } = await backup.standing()
    expect(synced + Object.values(skipped).reduce((sum, count) => sum + count, 0)).toBe(filesTotal)
    const { equal, present, wrong } = await compare()
    expect(wrong).toEqual([])
    const withObject = backup.db.selectFrom('files').select('id').where('sync_status', '=', 'synced')
    expect(equal + present).toBe((await withObject.where('kind', '!=', 'folder').execute()).length)
  })
}
