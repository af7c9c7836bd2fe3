import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CatalogDatabase, openCatalog } from './open.ts'
import { saveSetting, setting } from './settings.ts'

let folder: string
let db: CatalogDatabase
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivekeep-test-'))
  db = await openCatalog(join(folder, 'sync_state.db'))
})
afterAll(async () => {
  await db.destroy()
  await rm(folder, { recursive: true })
})

test('nobody writes between what a transaction reads and what it writes', async () => {
  using other = {
    db: new Database(join(folder, 'sync_state.db'), { timeout: 0 }),
    [Symbol.dispose]: () => other.db.close(),
  }
  const write = () => other.db.prepare(`insert or replace into settings values ('by another', '1')`).run()
  await db.transaction().execute(async (trx) => {
    expect(await setting(trx, 'mine')).toBeNull()
    expect(write).toThrow(/locked/)
    await saveSetting(trx, 'mine', '1')
  })
  write()
  expect(await setting(db, 'mine')).toBe('1')
})
