import { expect, test } from 'vitest'
import { startDrive } from '../../emulator/drive/index.ts'
import { syncUntilSettled } from '../../src/backup/daemon/once.ts'
import { knownSources, saveSource } from '../../src/catalog/sources.ts'
import { createDriveSource } from '../../src/drive/source.ts'
import { Backup, RUNNING } from '../backup/harness.ts'

const NEVER = new AbortController().signal

test('an account with another address is the same source under the same keys, and nothing is copied again', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'a', 'b.txt': 'b' } } })
  const { drive, db } = backup
  await backup.cycle()
  drive.changeAddress('renamed@example.com')
  // Signed in again: the credentials are others, so it is asked who this is.
  const who = await backup.source.identify(NEVER)
  expect(who.email).toBe('renamed@example.com')
  const key = { configName: 'google_drive', driveId: null, credentials: 'signed in again' }
  expect(await saveSource(db, key, who, backup.clock.now())).toBe(backup.id)
  drive.create({ name: 'c.txt', content: 'c' })
  backup.resetCounts()
  expect(await backup.cycle()).toMatchObject({ synced: 1 })
  expect(await backup.contents()).toEqual({ 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' })
  expect(await knownSources(db)).toMatchObject([{ name: 'owner@example.com', email: 'renamed@example.com' }])
  expect(drive.requests.count('files.media')).toBe(1)
})

test('another account in the same entry is another source; the former one keeps its files and is not watched', async () => {
  await using backup = await Backup.start({
    drive: { files: { 'a.txt': 'anna' } },
    users: ['owner@example.com', 'ben@example.com'],
  })
  const { db, drive } = backup
  drive.create({ name: 'b.txt', content: 'ben', owner: 'ben@example.com' })
  await backup.cycle()
  const [, ben] = backup.ids
  const account = backup.parts.sources.get(ben ?? 0)
  if (ben === undefined || account === undefined) throw new Error('there is no second source')
  const key = { configName: 'google_drive', driveId: null, credentials: 'of ben' }
  expect(await saveSource(db, key, await account.drive.identify(NEVER), backup.clock.now())).toBe(ben)
  const [anna] = await knownSources(db)
  expect(anna).toMatchObject({ id: backup.id, name: 'owner@example.com', config_name: null })
  expect(anna?.unwatched_at).not.toBeNull()
  const files = await db
    .selectFrom('files')
    .select(['source_id', 'sync_status', 'removed_at'])
    .where('name', '=', 'a.txt')
    .execute()
  expect(files).toEqual([{ source_id: backup.id, sync_status: 'synced', removed_at: null }])
  expect(await backup.contents()).toMatchObject({ 'a.txt': 'anna' })
})

test.each(['with a change in its feed', 'with a dead cursor'])(
  'an account made again under its address is not taken for the former one: %s',
  async (how) => {
    const files = { 'a.txt': 'of the former account', 'b.txt': 'too' }
    await using backup = await Backup.start({ drive: { files } })
    await backup.cycle()
    await using other = await startDrive({ seed: 2, files: { 'new.txt': 'of the new account' } })
    const credentials = { ...other.credentials }
    await using again = createDriveSource({
      apiUrl: other.url,
      tokenUrl: `${other.url}/token`,
      credentials,
      retryBaseMs: 1,
    })
    const source = backup.parts.sources.get(backup.id)
    if (source === undefined) throw new Error('there is no source')
    if (how === 'with a change in its feed') {
      const cursor = await again.startCursor(NEVER)
      await backup.db.updateTable('sources').set({ cursor }).execute()
      other.create({ name: 'newer.txt', content: 'of the new account' })
    }
    backup.use({ sources: new Map([[backup.id, { ...source, drive: again }]]) })
    const from = backup.clock.time
    expect((await syncUntilSettled(backup.once, RUNNING))?.code).toBe('google/other-account')
    expect((await backup.cycle()).fault?.code).toBe('google/other-account')
    expect(backup.clock.time - from).toBeLessThan(10_000)
    expect(await backup.contents()).toEqual(files)
    const rows = await backup.db.selectFrom('files').select(['sync_status', 'removed_at']).execute()
    expect(rows).toEqual(rows.map(() => ({ sync_status: 'synced', removed_at: null })))
    // The next preparation asks who this is.
    expect((await knownSources(backup.db))[0]?.credentials).toBe('')
    const key = { configName: 'google_drive', driveId: null, credentials: 'test 0' }
    const id = await saveSource(backup.db, key, await again.identify(NEVER), backup.clock.now())
    expect(id).not.toBe(backup.id)
    expect((await knownSources(backup.db)).map(({ name, config_name }) => [name, config_name])).toEqual([
      ['owner@example.com', null],
      ['owner@example.com (2)', 'google_drive'],
    ])
  },
)
