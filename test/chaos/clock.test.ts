import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generateServiceAccountKey } from '../../emulator/drive/oauth/service-accounts.ts'
import { outagesIn } from '../../src/catalog/work/outages.ts'
import { systemClock } from '../../src/drive/clock.ts'
import { Backup } from '../backup/harness.ts'
import { startDaemon, until } from './daemon-under-test.ts'
import { QuickClock } from './quick-clock.ts'

const HOUR = 3_600_000

test('a clock that was an hour ahead and is set right does not make the daemon wait for that hour', async () => {
  await using backup = await Backup.start({ drive: { files: { 'a.txt': 'one', 'late.txt': 'two' } } })
  const { drive } = backup
  const clock = new QuickClock()
  clock.ahead = HOUR
  const damaged = drive.faults.add({
    match: { name: 'files.media', fileId: drive.find('late.txt').id },
    fault: { kind: 'alter' },
  })
  await using daemon = await startDaemon(backup, clock)
  await until(daemon, async () => (await backup.standing()).synced === 1 && daemon.looks > 2)
  damaged()
  drive.create({ name: 'b.txt', content: 'three' })
  clock.ahead = 0
  const setAt = clock.now()
  await until(daemon, async () => (await backup.standing()).synced === 3)
  expect(clock.now() - setAt).toBeLessThan(HOUR / 2)
})

test('a service account with the clock an hour off: google/clock-skew, and work goes on once it is set', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drivekeep-key-'))
  const serviceAccountFile = join(folder, 'key.json')
  let ahead = 0
  await using backup = await Backup.start({
    drive: { files: { 'a.txt': 'one' } },
    wire: async ({ drive }) => {
      const key = generateServiceAccountKey('backup', `${drive.url}/token`)
      drive.serviceAccounts.register(key, ['https://www.googleapis.com/auth/drive.readonly'])
      writeFileSync(serviceAccountFile, JSON.stringify(key))
      const clock = { ...systemClock, now: () => Date.now() + ahead }
      return { source: { credentials: { serviceAccountFile, impersonate: 'owner@example.com' }, clock } }
    },
  })
  await using daemon = await startDaemon(backup, new QuickClock())
  await until(daemon, async () => (await backup.standing()).synced === 1)
  ahead = HOUR
  backup.drive.tokens.expireAccessTokens()
  backup.drive.create({ name: 'b.txt', content: 'two' })
  const outage = async () => (await outagesIn(backup.db))[0]?.fault
  await until(daemon, async () => (await outage())?.code === 'google/clock-skew')
  expect((await outage())?.message).toContain('Set the clock (enable NTP)')
  expect((await outage())?.message).toContain("60 min ahead of Google's")
  ahead = 0
  await until(daemon, async () => (await backup.standing()).synced === 2)
  rmSync(folder, { recursive: true })
})
