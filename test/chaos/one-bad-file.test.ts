import { expect, test } from 'vitest'
import type { Fault as DriveFault } from '../../emulator/drive/faults/faults.ts'
import type { Fault as S3Fault } from '../../emulator/s3/index.ts'
import type { FaultCode } from '../../src/backup/model/faults.ts'
import { Backup } from '../backup/harness.ts'
import { shortPatience } from './short-patience.ts'

/** What goes wrong for good with one file: it alone fails, with the fault that names it. */

const FROM_DRIVE: [what: string, fault: DriveFault, code: FaultCode][] = [
  ['other bytes than Drive described', { kind: 'alter' }, 'drive/content-mismatch'],
  ['a download that always breaks off', { kind: 'reset-mid-body' }, 'drive/interrupted'],
  ['a download that always stalls', { kind: 'stall' }, 'drive/interrupted'],
  ['a download that is always cut short', { kind: 'truncate' }, 'drive/interrupted'],
  ['a server that always fails for it', { kind: 'error', status: 500 }, 'drive/interrupted'],
  ['no answer ever', { kind: 'hang' }, 'drive/interrupted'],
  ['a used-up download quota', { kind: 'error', status: 403, reason: 'downloadQuotaExceeded' }, 'drive/download-quota'],
]
const FROM_STORAGE: [what: string, fault: S3Fault, code: FaultCode][] = [
  ['storage that refuses its checksum', { kind: 'answer', status: 400, code: 'BadDigest' }, 'storage/checksum-refused'],
  ['a key that storage does not take', { kind: 'answer', status: 400, code: 'KeyTooLongError' }, 'storage/key-refused'],
]

const files = {
  'bad.txt': 'bad',
  ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.txt`, `text ${i}`])),
}

/** Few short tries: a call that is never answered costs each of them its whole time-out. */
const IMPATIENT = { ...shortPatience(), source: { ...shortPatience().source, retryTries: 2 } }

for (const [what, fault, code] of FROM_DRIVE)
  test(`${what}: only that file fails, as ${code}`, async () => {
    await using backup = await Backup.start({ drive: { files }, retryAttempts: 2, ...IMPATIENT })
    const fileId = backup.drive.find('bad.txt').id
    backup.drive.faults.add({ match: { fileId, name: ['files.media', 'revisions.media'] }, fault })
    await expectOneFailure(backup, code)
  })

for (const [what, fault, code] of FROM_STORAGE)
  test(`${what}: only that file fails, as ${code}`, async () => {
    await using backup = await Backup.start({ drive: { files }, retryAttempts: 2, ...IMPATIENT })
    backup.s3.faults.add({ match: { operation: 'PutObject', key: /bad\.txt$/ }, fault })
    await expectOneFailure(backup, code)
  })

async function expectOneFailure(backup: Backup, code: FaultCode): Promise<void> {
  for (let i = 0; i < 4; i++) {
    expect((await backup.cycle()).end).toBe('done')
    backup.clock.time += 3_600_000
  }
  const { synced, pending, failed, problems } = await backup.standing()
  expect({ synced, pending, failed }).toEqual({ synced: 30, pending: 0, failed: 1 })
  expect(problems).toMatchObject([{ fault: code, failed: 1, waiting: 0 }])
  expect((await backup.row(backup.drive.find('bad.txt').id)).fault).toBe(code)
  expect(Object.keys(await backup.contents())).not.toContain('bad.txt')
}
