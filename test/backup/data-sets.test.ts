import { expect, test } from 'vitest'
import { compareBucket } from '../compare-bucket.ts'
import { Backup } from './harness.ts'

const placeOf = ({ drive, s3 }: Backup) => ({ driveUrl: drive.url, s3Url: s3.url, bucket: 'backup', ...s3.credentials })

test('the mixed data set: every blob in the bucket has the bytes that Drive has', async () => {
  await using backup = await Backup.start({ drive: { dataSet: 'mixed', seed: 1 } })
  expect(await backup.cycle()).toMatchObject({ end: 'done', failed: 0, retrying: 0 })
  const { filesTotal, synced, skipped } = await backup.standing()
  expect(Object.keys(skipped)).toEqual(['not-exportable'])
  expect(synced + (skipped['not-exportable'] ?? 0)).toBe(filesTotal)

  const { equal, present, missing, wrong } = await compareBucket(placeOf(backup))
  expect(wrong).toEqual([])
  expect(missing.length).toBe(skipped['not-exportable'])
  const count = async (kinds: ('blob' | 'native' | 'shortcut')[]) =>
    (await backup.db.selectFrom('files').select('id').where('kind', 'in', kinds).execute()).length
  expect(equal).toBe(await count(['blob']))
  expect(present + missing.length).toBe(await count(['native', 'shortcut']))
})

test('the awkward data set: every item has a key of its own that leads back to it, or a reason', async () => {
  await using backup = await Backup.start({ drive: { dataSet: 'awkward', seed: 1 } })
  expect(await backup.cycle()).toMatchObject({ end: 'done', failed: 0, retrying: 0 })
  const { wrong, missing } = await compareBucket(placeOf(backup))
  expect(wrong).toEqual([])

  const rows = await backup.db.selectFrom('files').selectAll().execute()
  const skipped = rows.filter((row) => row.sync_status === 'skipped')
  // One file is a friend's own: Drive never shows it to us.
  const secret = backup.drive.find('not shared.txt').id
  const unstored = missing.map((line) => line.split(' ')[0]).filter((id) => id !== secret)
  expect(unstored.sort()).toEqual(skipped.map((row) => row.file_id).sort())
  expect(new Set(skipped.map((row) => row.skip_reason))).toEqual(
    new Set(['download-forbidden', 'flagged-abusive', 'not-exportable']),
  )
  expect(rows.filter((row) => row.sync_status !== 'synced' && row.sync_status !== 'skipped')).toEqual([])
  // Everything that the emulator has, but for that one, is in the catalog.
  const truth = await (await fetch(`${backup.drive.url}/_emulator/items`)).text()
  const ids: string[] = truth.trim().split('\n').map((line) => JSON.parse(line).id) // biome-ignore format: one line
  expect(ids.filter((id) => !rows.some((row) => row.file_id === id))).toEqual([secret])
  for (const { key } of await backup.s3.objects('backup')) expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024)
})
