import { expect, test } from 'vitest'
import { syncUntilSettled } from '../../src/backup/daemon/once.ts'
import { confirmMassChange, saveMassChangeLimits } from '../../src/catalog/items/mass-change.ts'
import { askForReconcile, knownSources } from '../../src/catalog/sources.ts'
import { unexplained } from '../../src/catalog/work/invariant.ts'
import { Backup, RUNNING, type Setup } from '../backup/harness.ts'

/** Those of the configuration's defaults. */
const LIMITS = { share: 0.1, items: 50 }

const FOLDER = 'application/vnd.google-apps.folder'
const HOUR = 3_600_000

/** 80 files: 40 in the root, 40 in two folders. */
async function start(setup: Setup = {}): Promise<Backup> {
  const backup = await Backup.start({ massChange: LIMITS, ...setup })
  const { drive } = backup
  for (const name of ['One', 'Two']) {
    const parent = drive.create({ name, mimeType: FOLDER })
    for (let i = 0; i < 20; i++) drive.create({ name: `${i}.txt`, content: `${name} ${i}`, parent })
  }
  for (let i = 0; i < 40; i++) drive.create({ name: `root ${i}.txt`, content: `root ${i}` })
  await backup.cycle()
  return backup
}

const alarm = async ({ db }: Backup) => {
  const [source] = await knownSources(db)
  return source?.mass_change === 'alarm' ? source.mass_change_detail : null
}
const blobs = ({ drive }: Backup) => [...drive.store.items()].filter((item) => item.mimeType === 'text/plain')
const statuses = async ({ db }: Backup) =>
  db
    .selectFrom('files')
    .select(['file_id', 'sync_status', 'removed_at', 'trashed', 'path', 'stored_path'])
    .orderBy('id')
    .execute()
/** What `act` does is to be seen by the next cycle. */
async function cyclesAfter(backup: Backup, act: () => void, cycles = 2): Promise<void> {
  act()
  for (let i = 0; i < cycles; i++) await backup.cycle()
}

test('all removed: an alarm, the copies stay, and what is new is copied', async () => {
  await using backup = await start()
  const before = await backup.contents()
  await cyclesAfter(backup, () => {
    for (const { id } of blobs(backup)) backup.drive.remove(id)
    backup.drive.create({ name: 'new.txt', content: 'new' })
  })
  expect(await alarm(backup)).toBe('removed')
  expect(await backup.contents()).toEqual({ ...before, 'new.txt': 'new' })
})

test('all trashed, also through their folders: an alarm', async () => {
  await using backup = await start()
  await cyclesAfter(backup, () => {
    for (const name of ['One', 'Two']) backup.drive.trash(backup.drive.find(name).id)
    for (let i = 0; i < 10; i++) backup.drive.trash(backup.drive.find(`root ${i}.txt`).id)
  })
  expect(await alarm(backup)).toBe('trashed')
})

test('all rewritten: an alarm, and both contents are kept', async () => {
  await using backup = await start()
  const before = await backup.contents()
  await cyclesAfter(backup, () => {
    for (const { id, name } of blobs(backup)) backup.drive.edit(id, `encrypted ${name} ${id}`)
  })
  expect(await alarm(backup)).toBe('rewritten')
  const all = Object.values(await backup.contents('all'))
  for (const text of Object.values(before)) expect(all).toContain(text)
  expect(Object.values(await backup.contents()).every((text) => text.startsWith('encrypted'))).toBe(true)
})

test('all renamed: nothing is moved until somebody confirms, whatever else becomes of the files', async () => {
  await using backup = await start()
  const { drive, db } = backup
  const before = await backup.contents()
  const all = blobs(backup)
  await cyclesAfter(backup, () => {
    for (const { id, name } of all) drive.rename(id, `${name}.locked`)
  })
  expect(await alarm(backup)).toBe('moved')
  expect(await backup.contents()).toEqual(before)
  expect((await backup.standing()).pending).toBe(80)
  // Another word on a file that waits makes its move no more urgent.
  for (const { id } of all.slice(0, 5)) drive.rename(id, `again ${id}`)
  await backup.cycle()
  expect(await backup.contents()).toEqual(before)
  // What is edited is copied, under its present name.
  const edited = all[7]?.id ?? ''
  drive.edit(edited, 'edited meanwhile')
  await backup.cycle()
  expect(Object.values(await backup.contents())).toContain('edited meanwhile')
  expect((await backup.standing()).pending).toBe(79)

  expect(await confirmMassChange(db, backup.id)).toBe(true)
  await backup.cycle()
  await backup.cycle()
  expect((await backup.standing()).pending).toBe(0)
  expect(Object.keys(await backup.contents()).filter((key) => /locked$|again/.test(key)).length).toBe(80)
  expect(await alarm(backup)).toBeNull()
})

test('a move that failed before is held like any other', async () => {
  await using backup = await start()
  const { drive, s3, clock } = backup
  const id = drive.find('root 39.txt').id
  s3.faults.add({
    match: { operation: 'CopyObject' },
    fault: { kind: 'answer', status: 400, code: 'KeyTooLongError' },
    times: 1,
  })
  drive.rename(id, 'failed once.txt')
  await backup.cycle()
  const held = (await backup.row(id)).sync_status
  expect(['pending', 'failed']).toContain(held)
  await cyclesAfter(backup, () => {
    for (const one of blobs(backup)) if (one.id !== id) drive.rename(one.id, `${one.name}.locked`)
  })
  clock.time += 25 * HOUR
  await backup.cycle()
  expect(Object.keys(await backup.contents())).toContain('root 39.txt')
})

test('a sync ends while copies are held, and does not turn round without a pause', async () => {
  await using backup = await start()
  for (const { id, name } of blobs(backup)) backup.drive.rename(id, `${name}.locked`)
  backup.drive.requests.reset()
  expect(await syncUntilSettled(backup.once, RUNNING)).toBeNull()
  expect(backup.drive.requests.count('changes.list')).toBeLessThan(5)
})

test.each(['the feed', 'a scan'])(
  '%s shows everything without its folders for once: no key changes, and the truth puts all as it was',
  async (how) => {
    await using backup = await start()
    const { drive, clock } = backup
    const before = { contents: await backup.contents(), rows: await statuses(backup) }
    backup.resetCounts()
    if (how === 'a scan') await askForReconcile(backup.db, null)
    else for (const { id } of blobs(backup)) drive.store.update(id, { starred: true })
    const truth = withoutParents(backup)
    await backup.cycle()
    expect(await alarm(backup)).toBe('moved')
    expect(
      (await statuses(backup)).filter(({ stored_path }) => stored_path.startsWith('.orphaned/')).length,
    ).toBeGreaterThan(60)
    expect(await backup.contents()).toEqual(before.contents)
    // The next reconciliation comes by itself, an hour later.
    truth()
    clock.time += 2 * HOUR
    await backup.cycle()
    await backup.cycle()
    expect(await statuses(backup)).toEqual(before.rows)
    expect(await backup.contents()).toEqual(before.contents)
    expect(backup.s3.requests.count('CopyObject')).toBe(0)
    expect(backup.puts()).toBe(0)
    expect(await unexplained(backup.db, 10)).toEqual([])
  },
)

test('Google says for a while that nothing is there: an alarm, and the truth puts all as it was', async () => {
  await using backup = await start()
  const { drive, clock } = backup
  const before = { contents: await backup.contents(), rows: await statuses(backup) }
  await askForReconcile(backup.db, null)
  const lies = [
    drive.faults.add({ match: { name: 'files.list' }, fault: { kind: 'stale-list', writes: 1000 } }),
    drive.faults.add({
      match: { name: 'files.get', when: ({ fileId }) => fileId !== 'root' },
      fault: { kind: 'error', status: 404 },
    }),
  ]
  await backup.cycle()
  expect(await alarm(backup)).toBe('removed')
  expect((await statuses(backup)).filter(({ removed_at }) => removed_at === null)).toEqual([])
  for (const end of lies) end()
  clock.time += 2 * HOUR
  await backup.cycle()
  await backup.cycle()
  expect(await statuses(backup)).toEqual(before.rows)
  expect(await backup.contents()).toEqual(before.contents)
  expect(await unexplained(backup.db, 10)).toEqual([])
})

test('what is small or usual raises no alarm: one folder renamed, a few files of a small drive', async () => {
  await using backup = await start()
  await cyclesAfter(backup, () => backup.drive.rename(backup.drive.find('One').id, 'Renamed'))
  expect(await alarm(backup)).toBeNull()
  expect(await backup.contents()).toMatchObject({ 'Renamed/3.txt': 'One 3' })

  await using small = await Backup.start({
    massChange: LIMITS,
    drive: { files: { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' } },
  })
  await small.cycle()
  for (const { id } of blobs(small)) small.drive.remove(id)
  await small.cycle()
  expect(await alarm(small)).toBeNull()
})

test('the same number spread over days raises no alarm, nor does a clock that was ahead', async () => {
  await using backup = await start()
  const { drive, clock } = backup
  const all = blobs(backup)
  clock.time += 48 * HOUR
  for (const { id, name } of all.slice(0, 40)) drive.rename(id, `x ${name}`)
  await backup.cycle()
  clock.time -= 48 * HOUR
  await backup.cycle()
  for (const { id, name } of all.slice(40)) drive.rename(id, `x ${name}`)
  await backup.cycle()
  expect(await alarm(backup)).toBeNull()
})

test('the limits are those of the settings', async () => {
  await using backup = await start()
  await saveMassChangeLimits(backup.db, { share: 0.02, items: 3 })
  await cyclesAfter(backup, () => {
    for (const { id } of blobs(backup).slice(0, 2)) backup.drive.remove(id)
  })
  expect(await alarm(backup)).toBeNull()
  await cyclesAfter(backup, () => {
    for (const { id } of blobs(backup).slice(0, 2)) backup.drive.remove(id)
  })
  expect(await alarm(backup)).toBe('removed')
})

test('of a large drive that is shown without folders no copy is moved before its listing is complete', async () => {
  await using backup = await start()
  const before = await backup.contents()
  await askForReconcile(backup.db, null)
  // Its folders are shown first, and then the files do not come: what that makes due could be carried out.
  backup.drive.faults.add({ match: { name: 'files.list', path: '%21%3D' }, fault: { kind: 'error', status: 500 } })
  withoutParents(backup)
  expect(await backup.cycle()).toMatchObject({ end: 'broken' })
  await backup.cycle()
  expect(
    (await statuses(backup)).filter(({ stored_path }) => stored_path.startsWith('.orphaned/')).length,
  ).toBeGreaterThan(20)
  expect(await alarm(backup)).toBeNull()
  expect(await backup.contents()).toEqual(before)
  backup.drive.faults.clear()
  withoutParents(backup)
  await backup.cycle()
  expect(await alarm(backup)).toBe('moved')
  expect(await backup.contents()).toEqual(before)
  // The truth comes with the next reconciliation.
  backup.drive.faults.clear()
  backup.clock.time += 2 * HOUR
  await backup.cycle()
  await backup.cycle()
  expect(await backup.contents()).toEqual(before)
  expect((await backup.standing()).pending).toBe(0)
})

/** Everything is shown without its folders; what else is said of it is right. */
function withoutParents({ drive }: Backup): () => void {
  return drive.faults.add({
    match: { name: ['files.list', 'changes.list'] },
    fault: { kind: 'odd-item', every: true, drop: ['parents'] },
  })
}
