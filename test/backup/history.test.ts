import { expect, test } from 'vitest'
import { findAsOf, folderAsOf, foldersAsOf, type PastPosition } from '../../src/catalog/history/as-of.ts'
import { pastOf } from '../../src/catalog/history/file-history.ts'
import { searchAsOf } from '../../src/catalog/history/search-as-of.ts'
import { fileById } from '../../src/catalog/read/file-detail.ts'
import { timeText } from '../../src/catalog/times.ts'
import { settle } from './compare.ts'
import { Backup } from './harness.ts'
import { randomDrive } from './random-drive.ts'

/**
 * The drive as of a past moment is the drive that the catalog showed at that moment: after each settling of a random walk the
 * present state is noted, and at the end it is asked for again. MODEL_SEEDS and MODEL_STEPS as in model.test.ts.
 */
const SEEDS = (process.env.MODEL_SEEDS ?? '1,2,3').split(',').map(Number)
const STEPS = Number(process.env.MODEL_STEPS ?? 150)
const [ANNA, BEN] = ['owner@example.com', 'ben@example.com']
const PACE = { now: () => 0, sliceMs: 1, breathe: async () => {} }

interface Shown {
  name: string
  trashed: boolean
  revision: string | null
}

/** What each folder of each source shows now: `source folder` → item → how. */
async function present({ db }: Backup): Promise<Map<string, Map<number, Shown>>> {
  const rows = await db.selectFrom('files').selectAll().where('removed_at', 'is', null).execute()
  const captured = new Set(
    (await db.selectFrom('revisions').select(['file', 'revision']).execute()).map(
      (one) => `${one.file} ${one.revision}`,
    ),
  )
  const folders = new Map<string, Map<number, Shown>>()
  for (const { id, source_id, place_id, name, kind, trashed, revision } of rows) {
    const place = `${source_id} ${place_id}`
    const holds = kind !== 'folder' && captured.has(`${id} ${revision}`)
    const shown = { name, trashed: trashed === 1, revision: holds ? revision : null }
    folders.set(place, (folders.get(place) ?? new Map()).set(id, shown))
  }
  return folders
}

/** The same as of a moment, in small pages. */
async function asOf({ db }: Backup, place: string, at: string): Promise<Map<number, Shown>> {
  const [source = '', folder = ''] = place.split(' ')
  const found = new Map<number, Shown>()
  for (let after: PastPosition | null = null; ; ) {
    const items = await folderAsOf(db, { source_id: Number(source), place: folder }, at, 3, after)
    for (const { id, name, trashed, revision } of items) {
      expect(found.has(id)).toBe(false)
      found.set(id, { name, trashed, revision: revision?.revision ?? null })
    }
    after = items.at(-1) ?? null
    if (after === null) return found
  }
}

for (const seed of SEEDS)
  test(`seed ${seed}: each past moment of ${STEPS} random steps is shown as it was`, async () => {
    await using backup = await Backup.start({ users: [ANNA, BEN], retryAttempts: 20 })
    const { clock } = backup
    const anna = randomDrive(backup, seed, { email: ANNA, shareWith: BEN })
    const ben = randomDrive(backup, seed + 1000, { email: BEN })
    const moments: { at: string; folders: Map<string, Map<number, Shown>> }[] = []
    for (let step = 0; step < STEPS; ) {
      for (const end = Math.min(STEPS, step + anna.between(1, 25)); step < end; step++)
        (anna.chance(0.7) ? anna : ben).step()
      if (anna.chance(0.2)) {
        await backup.close(anna.chance(0.5) ? 'killed' : 'in-order')
        await backup.open()
      }
      await settle(backup)
      clock.time += 60_000
      moments.push({ at: timeText(clock.time), folders: await present(backup) })
      clock.time += 60_000
    }
    const all = [...new Set(moments.flatMap(({ folders }) => [...folders.keys()]))]
    for (const { at, folders } of moments) {
      for (const place of all) {
        // A folder that was not there held nothing that anybody could see.
        const [source, folder] = place.split(' ')
        const above = await foldersAsOf(backup.db, { source_id: Number(source), place: folder ?? '' }, at)
        if (above.length === 0 && !folders.has(place)) continue
        expect(await asOf(backup, place, at), `${place} at ${at}`).toEqual(folders.get(place) ?? new Map())
      }
      await findsAgain(at, folders)
    }

    /** By name, by path, and in the item's own history. */
    async function findsAgain(at: string, past: Map<string, Map<number, Shown>>): Promise<void> {
      const shown = [...past].flatMap(([place, items]) => [...items].map(([id, one]) => ({ place, id, ...one })))
      const some = shown[Math.floor(shown.length / 2)]
      if (some === undefined) return
      const found: number[] = []
      for (let after: number | null = 0; after !== null; ) {
        const { items, next } = await searchAsOf(
          backup.db,
          { text: some.name, source: null, at, limit: 2 },
          after,
          PACE,
        )
        found.push(...items.map(({ id }) => id))
        after = next
      }
      const plain = (name: string) => name.normalize('NFC').toLowerCase()
      const same = shown.filter(({ name }) => plain(name).includes(plain(some.name)))
      expect(found.toSorted((a, b) => a - b)).toEqual(same.map(({ id }) => id).toSorted((a, b) => a - b))
      const row = await fileById(backup.db, some.id)
      if (row === null) return expect.fail(`${some.id} is gone`)
      const { placements } = await pastOf(backup.db, row)
      const then = placements.find(({ from, to }) => from <= at && (to === null || to > at))
      expect(then?.name).toBe(some.name)
      const folders = await foldersAsOf(
        backup.db,
        { source_id: row.source_id, place: some.place.split(' ')[1] ?? '' },
        at,
      )
      const [, top = ''] = some.place.split(' ')
      const names = [...(folders.length === 0 && top.startsWith('.') ? [top] : []), ...folders.map((one) => one.name)]
      // A name may hold a slash, and is then no part of a path.
      if (![...names, some.name].some((name) => name.includes('/')) && !(folders[0]?.parent ?? '').startsWith('.')) {
        const ids = (await findAsOf(backup.db, [...names, some.name].join('/'), at)).map(({ id }) => id)
        expect(ids).toContain(some.id)
      }
    }
  }, 600_000)
