import { sql } from 'kysely'
import { expect } from 'vitest'
import type { S3Server } from '../../emulator/s3/index.ts'
import type { Destination } from '../../src/backup/model/destination.ts'
import { confirmMassChange } from '../../src/catalog/items/mass-change.ts'
import { knownSources } from '../../src/catalog/sources.ts'
import { timeMs } from '../../src/catalog/times.ts'
import { isFilling } from '../../src/catalog/work/fill.ts'
import { unexplained } from '../../src/catalog/work/invariant.ts'
import { collect } from '../destinations/bytes.ts'
import type { Backup } from './harness.ts'

/** Cycles until nothing waits. */
export async function settle(backup: Backup): Promise<void> {
  for (let i = 0; i < 30; i++) {
    backup.clock.time += 3_600_000
    // The walk changes much of a small drive in an hour; somebody looks, and says that it is meant.
    for (const id of backup.ids) await confirmMassChange(backup.db, id)
    const result = await backup.cycle()
    const sources = await knownSources(backup.db)
    const soon = sources.some(
      ({ reconcile_at }) => reconcile_at !== null && timeMs(reconcile_at) < backup.clock.time + 3_600_000,
    )
    if (
      result.end === 'done' &&
      !soon &&
      !(await isFilling(backup.db)) &&
      (await backup.parts.catalog.nextDue('all')) === null
    )
      return
  }
  expect.fail('work is left over after 30 quiet cycles')
}

/** The destinations equal the Drive, for each account; and the catalog explains every item and every object. */
export async function compare(backup: Backup, emails: readonly string[] = [OWNER]): Promise<void> {
  for (const [name, s3] of [
    ['aws_s3', backup.s3],
    ['second', backup.secondS3],
    ['third', backup.thirdS3],
    ['disk', backup.hasDisk ? 'disk' : null],
  ] as const) {
    if (s3 === null) continue
    const stored = s3 === 'disk' ? await storedOnDisk(backup.destinationOf(name)) : await storedInBucket(s3)
    await compareCopies(backup, name, stored)
    for (const [i, email] of emails.entries())
      await compareItems(backup, name, stored, { email, source: backup.ids[i] ?? 0 })
  }
  await compareTallies(backup)
}

const OWNER = 'owner@example.com'

/** What a destination holds. */
interface Contents {
  current: Map<string, { versionId: string | null; fileId: string | null }>
  /** Keys and versions, older ones as well. */
  all: Set<string>
  body(key: string): Promise<Buffer>
}

async function storedInBucket(s3: S3Server): Promise<Contents> {
  const versions = await s3.objects('backup', { versions: true })
  const objects = await s3.objects('backup')
  return {
    all: new Set(versions.filter((one) => !one.isDeleteMarker).map((one) => `${one.key}\0${one.versionId}`)),
    current: new Map(
      objects.map(({ key, versionId, metadata }) => [
        key,
        { versionId, fileId: metadata['drivekeep-file-id'] ?? null },
      ]),
    ),
    body: (key) => s3.body('backup', key),
  }
}

async function storedOnDisk(disk: Destination): Promise<Contents> {
  const { signal } = new AbortController()
  const current: Contents['current'] = new Map()
  for await (const { key } of disk.list('home/', signal)) {
    const head = await disk.head(key, signal)
    current.set(key, { versionId: null, fileId: head?.fileId ?? null })
  }
  return {
    all: new Set([...current.keys()].map((key) => `${key}\0null`)),
    current,
    body: async (key) => collect(await disk.open({ key, versionId: null, size: 0 }, 0, signal)),
  }
}

/** Every copy in the catalog is stored, and every object is a copy in the catalog. */
async function compareCopies({ db }: Backup, destination: string, { current, all }: Contents): Promise<void> {
  const known = new Set<string>()
  const copies = await db
    .selectFrom('copies')
    .innerJoin('destinations', 'destinations.id', 'copies.destination')
    .selectAll('copies')
    .where('destinations.name', '=', destination)
    .execute()
  for (const copy of copies) {
    const version = copy.version_id ?? current.get(copy.object_key)?.versionId
    expect(all.has(`${copy.object_key}\0${version}`), `${copy.place} copy ${copy.object_key}`).toBe(true)
    if (copy.place === 'mirror') expect(current.get(copy.object_key)?.versionId).toBe(version)
    known.add(`${copy.object_key}\0${version}`)
  }
  for (const [key, { versionId }] of current)
    if (key !== MARKER) expect(known.has(`${key}\0${versionId}`), `nobody knows of ${key}`).toBe(true)
}

const MARKER = 'home/.drivekeep/destination.json'

async function compareItems(
  backup: Backup,
  destination: string,
  { current, body }: Contents,
  { email, source }: { email: string; source: number },
): Promise<void> {
  const rows = await backup.db.selectFrom('files').selectAll().where('source_id', '=', source).execute()
  const byId = new Map(rows.map((row) => [row.file_id, row]))
  const { store } = backup.drive
  for (const item of store.items()) {
    if (store.isRoot(item) || item.space !== 'drive' || store.roleOf(item, email) === undefined) continue
    const row = byId.get(item.id)
    if (row === undefined) return expect.fail(`${item.name} is not in the catalog`)
    expect(row, item.name).toMatchObject({
      sync_status: 'synced',
      removed_at: null,
      name: item.name,
      // Of what lies in a folder that this account does not see, its feed does not tell that the folder was trashed.
      ...(item.owner === email ? { trashed: Number(store.isTrashed(item)) } : {}),
    })
    if (row.kind !== 'blob' || row.trashed === 1) continue
    const { stored_path: path, revision } = row
    const keyed = { source: email, path, fileId: item.id, revision, variant: null }
    const key = backup.destinationOf(destination).keys.current(keyed)
    expect(current.get(key)?.fileId, key).toBe(item.id)
    expect((await body(key)).equals(await backup.drive.content(item.id))).toBe(true)
  }
  // Living paths belong to one item each, and follow from the folders above.
  const living = rows.filter((row) => row.removed_at === null && row.trashed === 0)
  expect(new Set(living.map((row) => row.stored_path)).size).toBe(living.length)
  for (const row of living) {
    const parent = byId.get(row.place_id)
    const top = ['.shared-with-me', '.orphaned'].includes(row.place_id) ? `${row.place_id}/` : ''
    expect(row.path).toBe(parent === undefined ? top + row.name : `${parent.path}/${row.name}`)
  }
}

/** The counts kept by triggers are those of a count, and what is due nowhere is stored everywhere. */
async function compareTallies({ db }: Backup): Promise<void> {
  for (const [kept, counted] of [
    [
      sql`select * from item_tallies where files <> 0 or bytes <> 0 order by 1, 2, 3, 4, 5, 6`,
      sql`select source_id, kind, coalesce(skip_reason, '') skip_reason, coalesce(read_fault, '') read_fault, read_failed,
        removed_at is not null removed, count(*) files, sum(coalesce(size, 0)) bytes
        from items group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`,
    ],
    [
      sql`select * from delivery_tallies where deliveries <> 0 or bytes <> 0 order by 1, 2, 3, 4, 5`,
      sql`select source_id, destination, priority, failed, coalesce(fault, '') fault, count(*) deliveries, sum(bytes) bytes
        from deliveries group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
    ],
    [
      sql`select * from work_tallies where files <> 0 order by 1, 2`,
      sql`select source_id, sync_status status, count(*) files from files where sync_status in ('pending', 'failed')
        group by 1, 2 order by 1, 2`,
    ],
    [
      sql`select destination, place, copies, bytes from copy_tallies where copies <> 0 or bytes <> 0 order by 1, 2`,
      sql`select destination, place, count(*) copies, sum(size) bytes from copies group by 1, 2 order by 1, 2`,
    ],
  ] as const)
    expect((await kept.execute(db)).rows).toEqual((await counted.execute(db)).rows)
  expect(await unexplained(db, 10)).toEqual([])
  expect(await sql`select * from writes where state <> 'unknown'`.execute(db)).toMatchObject({ rows: [] })
}
