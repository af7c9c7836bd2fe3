import { expect, test } from 'vitest'
import { FOLDER } from '../../emulator/drive/store/kinds.ts'
import { ROOT, type SelectionMode, SHARED } from '../../src/backup/plan/selection.ts'
import { noteRules } from '../../src/catalog/work/fill.ts'
import { Backup } from './harness.ts'

/** Docs with a file and the folder Old with another, a file at the top, and one that somebody else shares. */
async function start() {
  const backup = await Backup.start({ drive: { users: ['owner@example.com', 'friend@example.com'] } })
  const { drive } = backup
  const docs = drive.create({ name: 'Docs', mimeType: FOLDER })
  const old = drive.create({ name: 'Old', mimeType: FOLDER, parent: docs })
  const inDocs = drive.create({ name: 'plan.txt', content: 'plan', parent: docs })
  drive.create({ name: 'draft.txt', content: 'draft', parent: old })
  const top = drive.create({ name: 'top.txt', content: 'top' })
  return { backup, drive, docs, old, inDocs, top }
}

/** As a change of settings does it, with a cycle behind. */
async function choose(backup: Backup, rest: SelectionMode, folders: Record<string, SelectionMode> = {}): Promise<void> {
  backup.setRules({ selection: { rest, folders: new Map(Object.entries(folders)) } })
  await noteRules(backup.db, JSON.stringify([rest, folders]))
  await backup.cycle()
}

const stored = async (backup: Backup) => Object.keys(await backup.contents()).sort()

/** What is protected, and what is skipped. */
async function standing(backup: Backup) {
  const rows = await backup.db
    .selectFrom('files')
    .select(['path', 'sync_status', 'skip_reason'])
    .where('kind', '<>', 'folder')
    .where('removed_at', 'is', null)
    .orderBy('path')
    .execute()
  const paths = (status: string) => rows.filter((row) => row.sync_status === status).map(({ path }) => path)
  const skipped = rows.filter((row) => row.sync_status === 'skipped')
  expect(skipped.every((row) => row.skip_reason === 'not-selected')).toBe(true)
  return { synced: paths('synced'), skipped: paths('skipped'), waiting: [...paths('pending'), ...paths('failed')] }
}

test('only what is chosen is copied; what is chosen later follows, and what is skipped later keeps its copies', async () => {
  const { backup, docs, old } = await start()
  await using _ = backup
  await choose(backup, 'exclude', { [docs]: 'include', [old]: 'exclude' })
  expect(await stored(backup)).toEqual(['Docs/plan.txt'])
  expect(await standing(backup)).toEqual({
    synced: ['Docs/plan.txt'],
    skipped: ['Docs/Old/draft.txt', 'top.txt'],
    waiting: [],
  })

  await choose(backup, 'exclude', { [docs]: 'include' })
  expect(await stored(backup)).toEqual(['Docs/Old/draft.txt', 'Docs/plan.txt'])

  await choose(backup, 'exclude', { [old]: 'include' })
  expect((await standing(backup)).synced).toEqual(['Docs/Old/draft.txt'])
  expect(await stored(backup)).toEqual(['Docs/Old/draft.txt', 'Docs/plan.txt'])

  backup.resetCounts()
  await choose(backup, 'include')
  expect((await standing(backup)).skipped).toEqual([])
  expect(await stored(backup)).toEqual(['Docs/Old/draft.txt', 'Docs/plan.txt', 'top.txt'])
  // What had kept its copy needs no second one.
  expect(backup.drive.requests.count('files.media')).toBe(1)
})

test('a chosen folder stays chosen when it is renamed or moved, with what comes into it', async () => {
  const { backup, drive, docs, old } = await start()
  await using _ = backup
  await choose(backup, 'exclude', { [old]: 'include' })
  expect(await stored(backup)).toEqual(['Docs/Old/draft.txt'])

  drive.rename(docs, 'Papers')
  drive.create({ name: 'second.txt', content: 'second', parent: old })
  await backup.cycle()
  expect(await stored(backup)).toEqual(['Papers/Old/draft.txt', 'Papers/Old/second.txt'])

  const archive = drive.create({ name: 'Archive', mimeType: FOLDER })
  drive.move(old, archive)
  drive.rename(old, 'Older')
  const deep = drive.create({ name: 'Deep', mimeType: FOLDER, parent: old })
  drive.create({ name: 'third.txt', content: 'third', parent: deep })
  await backup.cycle()
  expect(await stored(backup)).toEqual([
    'Archive/Older/Deep/third.txt',
    'Archive/Older/draft.txt',
    'Archive/Older/second.txt',
  ])
  expect(await standing(backup)).toMatchObject({ skipped: ['Papers/plan.txt', 'top.txt'], waiting: [] })
})

test('files and folders that move into what is chosen are copied, and those that move out keep their copies', async () => {
  const { backup, drive, docs, old, inDocs, top } = await start()
  await using _ = backup
  const chosen = drive.create({ name: 'Chosen', mimeType: FOLDER })
  await choose(backup, 'exclude', { [chosen]: 'include' })
  expect(await stored(backup)).toEqual([])

  drive.move(top, chosen)
  drive.move(old, chosen)
  await backup.cycle()
  expect(await stored(backup)).toEqual(['Chosen/Old/draft.txt', 'Chosen/top.txt'])

  drive.move(top, docs)
  drive.move(old, docs)
  drive.move(inDocs, chosen)
  await backup.cycle()
  expect(await standing(backup)).toEqual({
    synced: ['Chosen/plan.txt'],
    skipped: ['Docs/Old/draft.txt', 'Docs/top.txt'],
    waiting: [],
  })
  expect(await stored(backup)).toEqual(['Chosen/Old/draft.txt', 'Chosen/plan.txt', 'Chosen/top.txt'])

  // Back again: the copies move to where the files are, and nothing is downloaded twice.
  backup.resetCounts()
  drive.move(old, chosen)
  drive.rename(old, 'New')
  await backup.cycle()
  expect(await stored(backup)).toEqual(['Chosen/New/draft.txt', 'Chosen/plan.txt', 'Chosen/top.txt'])
  expect(drive.requests.count('files.media')).toBe(0)
})

test('an excluded folder that is not known yet is skipped from its first sight on', async () => {
  const { backup, drive, docs } = await start()
  await using _ = backup
  await backup.cycle()
  const secret = drive.create({ name: 'Secret', mimeType: FOLDER, parent: docs })
  const deeper = drive.create({ name: 'Deeper', mimeType: FOLDER, parent: secret })
  drive.create({ name: 'a.txt', content: 'a', parent: secret })
  drive.create({ name: 'b.txt', content: 'b', parent: deeper })
  await choose(backup, 'include', { [secret]: 'exclude' })
  expect(await standing(backup)).toMatchObject({
    skipped: ['Docs/Secret/Deeper/b.txt', 'Docs/Secret/a.txt'],
    waiting: [],
  })
})

test('a chosen folder in the trash stays chosen; gone for good, nothing becomes more than was chosen', async () => {
  const { backup, drive, docs, old } = await start()
  await using _ = backup
  await choose(backup, 'exclude', { [old]: 'include' })
  drive.trash(old)
  drive.create({ name: 'late.txt', content: 'late', parent: old })
  await backup.cycle()
  expect(await stored(backup)).toEqual(['Docs/Old/draft.txt', 'Docs/Old/late.txt'])

  drive.remove(old)
  await backup.cycle()
  // Another folder of the same name is another folder.
  const again = drive.create({ name: 'Old', mimeType: FOLDER, parent: docs })
  drive.create({ name: 'other.txt', content: 'other', parent: again })
  await backup.cycle()
  await noteRules(backup.db, 'looked at again')
  await backup.cycle()
  expect((await standing(backup)).skipped).toEqual(['Docs/Old/other.txt', 'Docs/plan.txt', 'top.txt'])
  expect(await stored(backup)).toEqual(['Docs/Old/draft.txt', 'Docs/Old/late.txt'])
})

test('My Drive as a whole, and what others share, are chosen like folders', async () => {
  const { backup, drive } = await start()
  await using _ = backup
  const shared = drive.create({ name: 'theirs.txt', content: 'theirs', owner: 'friend@example.com' })
  drive.store.share(shared, { type: 'user', role: 'reader', emailAddress: 'owner@example.com' })
  await choose(backup, 'exclude', { [ROOT]: 'include' })
  expect(await stored(backup)).toEqual(['Docs/Old/draft.txt', 'Docs/plan.txt', 'top.txt'])
  expect((await standing(backup)).skipped).toEqual(['.shared-with-me/theirs.txt'])
  await choose(backup, 'exclude', { [SHARED]: 'include' })
  expect((await standing(backup)).synced).toEqual(['.shared-with-me/theirs.txt'])
  const { root_id } = await backup.db.selectFrom('sources').select('root_id').executeTakeFirstOrThrow()
  await choose(backup, 'include', { [root_id]: 'exclude' })
  expect((await standing(backup)).synced).toEqual(['.shared-with-me/theirs.txt'])
})
