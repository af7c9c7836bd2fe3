import { expect, test } from 'vitest'
import { syncUntilSettled, type Wait } from '../../src/backup/daemon/once.ts'
import { saveSource } from '../../src/catalog/sources.ts'
import { unexplained } from '../../src/catalog/work/invariant.ts'
import { outagesIn } from '../../src/catalog/work/outages.ts'
import { Backup, RUNNING, type Setup } from '../backup/harness.ts'
import { shortPatience } from '../chaos/short-patience.ts'
import { startDaemon } from './daemon-run.ts'

const HOUR = 3_600_000
const ANNA = 'owner@example.com'
const BEN = 'ben@example.com'
const many = (count: number, text = 'text') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i}.txt`, `${text} ${i}`]))

function start(setup: Setup = {}): Promise<Backup> {
  return Backup.start({ users: [ANNA, BEN], ...setup })
}
function bensFiles({ drive }: Backup, count: number, name = 'ben'): string[] {
  return Array.from({ length: count }, (_, i) =>
    drive.create({ name: `${name} ${i}.txt`, content: `${name} ${i}`, owner: BEN }),
  )
}
/** Only the second source, as if the first were not there yet. */
function only(backup: Backup, index: 0 | 1): () => void {
  const all = backup.parts.sources
  const id = backup.ids[index] ?? 0
  const one = all.get(id)
  if (one === undefined) throw new Error('there is no such source')
  backup.use({ sources: new Map([[id, one]]) })
  return () => backup.use({ sources: all })
}
const stored = async ({ db }: Backup) =>
  (await db.selectFrom('sync_logs').select('path').where('action', '=', 'stored').orderBy('id').execute()).map(
    ({ path }) => path ?? '',
  )
const shared = (id: string, emailAddress: string) =>
  ({ id, type: 'user', role: 'writer', emailAddress, since: Date.now() }) as const

test('each file lies under the prefix of its own source, and an idle cycle costs one call a source', async () => {
  await using backup = await start({ drive: { files: { 'same.txt': 'of anna' } } })
  backup.drive.create({ name: 'same.txt', content: 'of ben', owner: BEN })
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 2 })
  expect(await backup.contents('mirror', backup.s3, ANNA)).toMatchObject({ 'same.txt': 'of anna' })
  expect(await backup.contents('mirror', backup.s3, BEN)).toMatchObject({ 'same.txt': 'of ben' })
  backup.resetCounts()
  await backup.cycle()
  expect([backup.drive.requests.total, backup.s3.requests.total]).toEqual([2, 0])
})

test('a change of one goes before the first backup of the other', async () => {
  await using backup = await start({ drive: { files: many(500) } })
  const { drive, clock } = backup
  bensFiles(backup, 3)
  const both = only(backup, 1)
  await backup.cycle()
  both()
  backup.afterFiles(20, () => {
    drive.create({ name: 'urgent.txt', content: 'today', owner: BEN })
    clock.time += 30_000
  })
  expect(await backup.cycle()).toMatchObject({ end: 'done', synced: 501 })
  expect((await stored(backup)).indexOf('urgent.txt')).toBeLessThan(300)
})

test('while the listing of one does not come to its end, a sync goes on looking at the other', async () => {
  const patience = shortPatience()
  await using backup = await start({
    ...patience,
    source: { ...patience.source, retryTries: 1 },
    drive: { files: many(10) },
  })
  const { drive, clock } = backup
  const [ben = ''] = bensFiles(backup, 100)
  const both = only(backup, 1)
  await backup.cycle()
  both()
  // The folders of the one are listed without end; only the other has a feed.
  let listings = 0
  drive.faults.add({
    match: { name: 'files.list' },
    fault: () => {
      listings += 1
      return { kind: 'hang' }
    },
  })
  for (let i = 0; i < 50; i++) drive.edit(drive.find(`ben ${i}.txt`).id, `edited ${i}`)
  backup.afterFiles(20, () => {
    drive.edit(ben, 'edited in between')
    clock.time += 30_000
  })
  await backup.cycle()
  expect(listings).toBeGreaterThan(0)
  expect(drive.requests.count('changes.list')).toBeGreaterThan(1)
  expect(await backup.contents('mirror', backup.s3, BEN)).toMatchObject({ 'ben 0.txt': 'edited in between' })
})

test('a sign-in that ended stops nothing of the other source, and a sync does for that one all there is to do', async () => {
  await using backup = await start({ drive: { files: many(40) } })
  const { drive, db } = backup
  const [first = ''] = bensFiles(backup, 40)
  await backup.cycle()
  drive.tokens.revokeUser(ANNA)
  for (let i = 0; i < 10; i++) drive.edit(drive.find(`file ${i}.txt`).id, 'not seen')
  for (let i = 0; i < 10; i++) drive.edit(drive.find(`ben ${i}.txt`).id, `edited ${i}`)
  drive.faults.add({ match: { name: 'files.media', fileId: first }, fault: { kind: 'alter' }, times: 2 })
  const waits: Wait[] = []
  expect((await syncUntilSettled(backup.once, RUNNING, (wait) => waits.push(wait)))?.code).toBe('google/sign-in-ended')
  const bens = await backup.contents('mirror', backup.s3, BEN)
  for (let i = 0; i < 10; i++) expect(bens[`ben ${i}.txt`]).toBe(`edited ${i}`)
  expect((await outagesIn(db)).map(({ kind, name }) => [kind, name])).toEqual([['source', ANNA]])
  expect(waits.length).toBeLessThan(5)
})

test('a source that is being tried out again, and hangs, does not hold up the other', async () => {
  const patience = shortPatience()
  await using backup = await start({
    ...patience,
    source: { ...patience.source, retryTries: 1 },
    drive: { files: many(12) },
  })
  const { drive, clock } = backup
  const refuse = drive.faults.add({
    match: { name: 'files.media' },
    fault: { kind: 'error', status: 403, reason: 'domainPolicy' },
  })
  expect(await backup.cycle()).toMatchObject({ end: 'broken', synced: 0 })
  refuse()
  const bens = new Set(bensFiles(backup, 60))
  drive.faults.add({
    match: { name: 'files.media', when: ({ fileId }) => !bens.has(fileId ?? '') },
    fault: { kind: 'hang' },
  })
  clock.time += HOUR
  const done: string[] = []
  backup.parts.tell = (event) => {
    if (event.type === 'file-done')
      done.push(`${event.outcome.file.source === backup.id ? 'anna' : 'ben'} ${event.outcome.end.status}`)
  }
  await backup.cycle()
  expect(Object.keys(await backup.contents('mirror', backup.s3, BEN)).length).toBe(60)
  const firstOfAnna = done.findIndex((one) => one.startsWith('anna'))
  expect(done.slice(0, firstOfAnna).filter((one) => one === 'ben synced').length).toBe(60)
})

test('what waits for a source that is watched no more does not keep a sync from its end', async () => {
  await using backup = await start({ drive: { files: many(20) } })
  bensFiles(backup, 5)
  const refuse = backup.s3.faults.add({
    match: { operation: 'PutObject' },
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
  })
  await backup.cycle()
  backup.s3.faults.remove(refuse.id)
  backup.clock.time += HOUR
  only(backup, 1)
  expect(await syncUntilSettled(backup.once, RUNNING)).toBeNull()
  expect(Object.keys(await backup.contents('mirror', backup.s3, BEN)).length).toBe(5)
  expect((await backup.standing()).pending).toBe(20)
})

test.each([false, true])(
  'a file that two sources show is kept by both, whatever becomes of it (versions: %s)',
  async (versioning) => {
    await using backup = await start({ s3: { versioning } })
    const { drive, db } = backup
    const FOLDER = 'application/vnd.google-apps.folder'
    const folder = drive.create({ name: 'Shared', mimeType: FOLDER, permissions: [shared('p1', BEN)] })
    const id = drive.create({ name: 'plan.txt', content: 'one', parent: folder })
    await backup.cycle()
    const at = async (email: string) => backup.contents('mirror', backup.s3, email)
    expect(await at(ANNA)).toMatchObject({ 'Shared/plan.txt': 'one' })
    expect(await at(BEN)).toMatchObject({ '.shared-with-me/Shared/plan.txt': 'one' })
    drive.edit(id, 'two')
    drive.rename(id, 'plan 2.txt')
    await backup.cycle()
    drive.rename(folder, 'Renamed')
    drive.edit(id, 'three')
    await backup.cycle()
    drive.rename(id, 'plan.txt')
    await backup.cycle()
    expect(await at(ANNA)).toMatchObject({ 'Renamed/plan.txt': 'three' })
    expect(await at(BEN)).toMatchObject({ '.shared-with-me/Renamed/plan.txt': 'three' })
    // Each of the two has all three contents, and each copy is there.
    for (const source of backup.ids) {
      const copies = await db
        .selectFrom('copies')
        .innerJoin('items', 'items.id', 'copies.file')
        .select(['copies.object_key', 'copies.revision'])
        .where('items.source_id', '=', source)
        .where('items.file_id', '=', id)
        .execute()
      expect(new Set(copies.map(({ revision }) => revision)).size).toBe(3)
      const keys = new Set((await backup.s3.objects('backup', { versions: true })).map(({ key }) => key))
      for (const { object_key } of copies) expect(keys).toContain(object_key)
    }
    // The owner deletes it: gone for both, kept for both.
    drive.remove(id)
    await backup.cycle()
    expect(await at(ANNA)).toMatchObject({ 'Renamed/plan.txt': 'three' })
    expect(await at(BEN)).toMatchObject({ '.shared-with-me/Renamed/plan.txt': 'three' })
    expect(await unexplained(db, 10)).toEqual([])
  },
)

test('an account that comes back to its entry goes on where it was', async () => {
  await using backup = await start({ drive: { files: many(5) } })
  bensFiles(backup, 5)
  await backup.cycle()
  const [anna, ben] = backup.ids.map((id) => backup.parts.sources.get(id))
  if (anna === undefined || ben === undefined) throw new Error('there are no two sources')
  const as = (configName: string, credentials: string) => ({ configName, driveId: null, credentials })
  const never = new AbortController().signal
  await saveSource(backup.db, as('google_drive', 'x'), await ben.drive.identify(never), backup.clock.now())
  backup.drive.create({ name: 'meanwhile.txt', content: 'meanwhile' })
  expect(
    await saveSource(backup.db, as('google_drive', 'y'), await anna.drive.identify(never), backup.clock.now()),
  ).toBe(anna.id)
  backup.resetCounts()
  only(backup, 0)
  expect(await backup.cycle()).toMatchObject({ synced: 1 })
  expect(backup.drive.requests.count('files.list')).toBe(0)
})

test('a daemon watches both side by side: one that is out of order delays nothing of the other, and recovers by itself', async () => {
  await using backup = await start({ drive: { files: many(30) } })
  const { drive } = backup
  bensFiles(backup, 30)
  await using daemon = startDaemon(backup)
  const bens = () => backup.contents('mirror', backup.s3, BEN)
  const annas = () => backup.contents('mirror', backup.s3, ANNA)
  await expect.poll(async () => Object.keys(await bens()).length).toBeGreaterThanOrEqual(60)
  const { clientId } = drive.credentials
  drive.tokens.revokeUser(ANNA)
  drive.create({ name: 'of anna.txt', content: 'anna' })
  for (let i = 0; i < 3; i++) {
    drive.create({ name: `of ben ${i}.txt`, content: 'ben', owner: BEN })
    await expect.poll(bens).toMatchObject({ [`of ben ${i}.txt`]: 'ben' })
  }
  await expect.poll(async () => (await outagesIn(backup.db)).map(({ name }) => name)).toEqual([ANNA])
  // Signed in again, with the same words.
  const scopes = new Set(['https://www.googleapis.com/auth/drive'])
  drive.tokens.issueRefresh({ user: ANNA, clientId, scopes }, drive.credentials.refreshToken)
  daemon.checkNow()
  await expect.poll(annas).toMatchObject({ 'of anna.txt': 'anna' })
  await expect.poll(() => outagesIn(backup.db)).toEqual([])
})

test('an odd item in the feed of a running daemon keeps no other from being stored, and is stored when it can be read', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a' } } })
  const { drive } = backup
  await using _daemon = startDaemon(backup)
  await expect.poll(() => backup.contents()).toEqual({ 'a.txt': 'a' })
  const odd: object[] = [
    { set: { modifiedTime: '12345-06-07T08:09:10.000Z' } },
    { set: { modifiedTime: '-0044-03-15T12:00:00.000Z' } },
    { set: { modifiedTime: '2016-12-31T23:59:60.000Z' } },
    { drop: ['size', 'md5Checksum', 'sha256Checksum'] },
    { set: { size: 7, md5Checksum: 'ABCDEF' } },
    { instead: { kind: 'drive#file' } },
    { instead: 'nonsense' },
    { of: 'change', drop: ['file'] },
    { of: 'change', set: { changeType: 'of-a-later-version' } },
  ]
  for (const [i, shape] of odd.entries()) {
    const id = drive.create({ name: `odd ${i}.txt`, content: `odd ${i}` })
    const lift = drive.faults.add({
      match: { name: ['changes.list', 'files.get'] },
      fault: { kind: 'odd-item', id, ...shape } as never,
    })
    drive.create({ name: `good ${i}.txt`, content: `good ${i}` })
    await expect
      .poll(() => backup.contents(), { message: JSON.stringify(shape) })
      .toMatchObject({ [`good ${i}.txt`]: `good ${i}` })
    lift()
    drive.edit(id, `odd ${i}, edited`)
    await expect
      .poll(() => backup.contents(), { message: JSON.stringify(shape) })
      .toMatchObject({ [`odd ${i}.txt`]: `odd ${i}, edited` })
  }
})

test('two destinations and a clock that is set back under a running daemon: what was down catches up', async () => {
  await using backup = await Backup.start({ drive: { files: many(5) }, second: true })
  const { secondS3 } = backup
  if (secondS3 === null) throw new Error('there is no second server')
  const end = secondS3.faults.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' } })
  await using daemon = startDaemon(backup)
  daemon.clock.ahead = 24 * HOUR
  await expect.poll(async () => Object.keys(await backup.contents()).length).toBe(5)
  await expect.poll(async () => (await outagesIn(backup.db)).length).toBe(1)
  daemon.clock.ahead = 0
  secondS3.faults.remove(end.id)
  await expect.poll(async () => Object.keys(await backup.contents('mirror', secondS3)).length).toBe(5)
})

test('what lies in a folder that comes to be shared is found soon, though the feed tells of the folder alone; so is its end', async () => {
  await using backup = await start({ drive: { files: { 'a.txt': 'a' } } })
  const { drive, clock } = backup
  const FOLDER = 'application/vnd.google-apps.folder'
  const folder = drive.create({ name: 'Plans', mimeType: FOLDER })
  const inner = drive.create({ name: 'Inner', mimeType: FOLDER, parent: folder })
  drive.create({ name: 'one.txt', content: 'one', parent: folder })
  drive.create({ name: 'two.txt', content: 'two', parent: inner })
  await backup.cycle()
  const bens = () => backup.contents('mirror', backup.s3, BEN)
  expect(await bens()).not.toHaveProperty(['.shared-with-me/Plans/one.txt'])
  const grant = drive.store.share(folder, { type: 'user', role: 'reader', emailAddress: BEN })
  await backup.cycle()
  clock.time += HOUR / 4
  await backup.cycle()
  expect(await bens()).toMatchObject({
    '.shared-with-me/Plans/one.txt': 'one',
    '.shared-with-me/Plans/Inner/two.txt': 'two',
  })
  drive.store.unshare(folder, grant.id)
  await backup.cycle()
  clock.time += HOUR / 4
  await backup.cycle()
  const gone = await backup.db
    .selectFrom('items')
    .select('name')
    .where('source_id', '=', backup.ids[1] ?? 0)
    .where('removed_at', 'is not', null)
    .orderBy('name')
    .execute()
  expect(gone.map(({ name }) => name)).toEqual(['Inner', 'Plans', 'one.txt', 'two.txt'])
  expect(await bens()).toMatchObject({ '.shared-with-me/Plans/one.txt': 'one' })
})
