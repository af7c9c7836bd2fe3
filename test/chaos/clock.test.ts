import { expect, test } from 'vitest'
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
