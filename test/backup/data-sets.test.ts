import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { Backup } from './harness.ts'

/** Compares bucket and Drive object by object, by the file id in each object's metadata. */
async function compare(backup: Backup) {
  const stored = new Map<string, { key: string; sha256: string | null }[]>()
  for (const object of await backup.s3.objects('backup')) {
    const id = object.metadata['drivekeep-file-id'] ?? 'no id'
    stored.set(id, [...(stored.get(id) ?? []), object])
  }
  return stored
}

test('the mixed data set: every blob in the bucket has the bytes that Drive has', async () => {
  await using backup = await Backup.start({ drive: { dataSet: 'mixed', seed: 1 } })
  const result = await backup.cycle()
  expect(result).toMatchObject({ end: 'done', failed: 0, retrying: 0 })
  const { drive } = backup
  const stored = await compare(backup)
  const rows = await backup.db.selectFrom('files').selectAll().execute()
  let blobs = 0
  for (const row of rows) {
    expect(row.sync_status === 'synced' || row.skip_reason !== null, row.path).toBe(true)
    if (row.kind !== 'blob' || row.sync_status !== 'synced') continue
    blobs += 1
    const sha256 = createHash('sha256')
      .update(await drive.content(row.file_id))
      .digest('hex')
    expect(
      stored.get(row.file_id)?.map((object) => object.sha256),
      row.path,
    ).toEqual([sha256])
  }
  expect(blobs).toBeGreaterThan(1500)
})

test('the awkward data set: every item has a key of its own that leads back to it, or a reason', async () => {
  await using backup = await Backup.start({ drive: { dataSet: 'awkward', seed: 1 } })
  const result = await backup.cycle()
  expect(result).toMatchObject({ end: 'done', failed: 0, retrying: 0 })
  const stored = await compare(backup)
  const rows = await backup.db.selectFrom('files').selectAll().execute()
  const keys = new Set<string>()
  for (const row of rows) {
    if (row.sync_status === 'skipped') {
      expect(row.skip_reason, row.path).not.toBeNull()
      continue
    }
    expect(row.sync_status, row.path).toBe('synced')
    if (row.kind === 'folder') continue
    const objects = stored.get(row.file_id) ?? []
    expect(objects.length, row.path).toBe(1)
    for (const { key } of objects) keys.add(key)
    if (row.kind === 'blob') {
      const sha256 = createHash('sha256')
        .update(await backup.drive.content(row.file_id))
        .digest('hex')
      expect(objects[0]?.sha256, row.path).toBe(sha256)
    }
  }
  expect(keys.size).toBe(rows.filter((row) => row.kind !== 'folder' && row.sync_status === 'synced').length)
  console.log(
    rows
      .map(
        (row) =>
          `${row.sync_status}${row.skip_reason ? `:${row.skip_reason}` : ''} ${row.kind} ${JSON.stringify(row.stored_path.slice(0, 120))}`,
      )
      .join('\n'),
  )
})
