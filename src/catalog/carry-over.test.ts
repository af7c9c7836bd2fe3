import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type CatalogDatabase, openCatalog } from './open.ts'
import { copyTallies, fileTallies } from './read/tallies.ts'
import { unexplained } from './work/invariant.ts'

/** Written by version 0.1.0: files that are stored, edited, renamed, deleted, failed and skipped; a user; a run that died. */
const FIXTURE = fileURLToPath(new URL('../../test/fixtures/catalog-0.1.0.db', import.meta.url))

async function withFormer(look: (db: CatalogDatabase, file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'drivekeep-former-'))
  const file = join(folder, 'sync_state.db')
  await copyFile(FIXTURE, file)
  const db = await openCatalog(file)
  try {
    await look(db, file)
  } finally {
    await db.destroy()
    await rm(folder, { recursive: true })
  }
}

test('a catalog of version 0.1.0 keeps its files, copies, users and history', () =>
  withFormer(async (db) => {
    const files = await db
      .selectFrom('files')
      .select(['path', 'sync_status', 'skip_reason', (to) => to('removed_at', 'is not', null).as('removed')])
      .where('kind', '<>', 'folder')
      .orderBy('path')
      .execute()
    expect(files).toEqual([
      { path: 'Docs/edited.txt', sync_status: 'pending', skip_reason: null, removed: 0 },
      { path: 'Sheet', sync_status: 'synced', skip_reason: null, removed: 0 },
      { path: 'deleted.txt', sync_status: 'synced', skip_reason: null, removed: 1 },
      { path: 'failing.txt', sync_status: 'pending', skip_reason: null, removed: 0 },
      { path: 'new name.txt', sync_status: 'synced', skip_reason: null, removed: 0 },
      { path: 'trash.tmp', sync_status: 'skipped', skip_reason: 'excluded', removed: 0 },
    ])
    expect(await copyTallies(db)).toMatchObject([
      { destination: 'aws_s3', mirror: { copies: 4 }, history: { copies: 1 } },
    ])
    expect(await db.selectFrom('users').select(['name', 'role']).execute()).toEqual([{ name: 'anna', role: 'admin' }])
    expect(await db.selectFrom('destinations').select(['name', 'address', 'known']).execute()).toEqual([
      { name: 'aws_s3', address: 's3://backup/ at http://127.0.0.1:9000', known: 0 },
    ])
    expect((await fileTallies(db)).all).toMatchObject({ total: 7, pending: 2, synced: 4, removed: 1 })
    expect(await unexplained(db, 10)).toEqual([])
    expect((await sql`pragma foreign_key_check`.execute(db)).rows).toEqual([])
    expect((await sql`pragma integrity_check`.execute(db)).rows).toEqual([{ integrity_check: 'ok' }])
  }))

test('what a run of version 0.1.0 left unfinished is looked at again', () =>
  withFormer(async (db) => {
    expect(await db.selectFrom('writes').select(['object_key', 'state']).execute()).toEqual([
      { object_key: 'owner@example.com/gone.txt', state: 'uncertain' },
    ])
    expect(await db.selectFrom('uploads').select(['object_key', 'upload_id']).execute()).toEqual([
      { object_key: 'owner@example.com/large.bin', upload_id: 'u1' },
    ])
  }))

test('a catalog that was carried over opens again as it is', () =>
  withFormer(async (db, file) => {
    const again = await openCatalog(file)
    const count = (one: CatalogDatabase) => sql`select count(*) as files from files`.execute(one)
    expect((await count(again)).rows).toEqual((await count(db)).rows)
    await again.destroy()
  }))
