import type { Fault as DriveFault, FaultMatch as DriveMatch } from '../../emulator/drive/faults/faults.ts'
import type { DriveEmulator } from '../../emulator/drive/index.ts'
import { type Random, randomFrom } from '../../emulator/drive/store/random.ts'
import type { Fault as S3Fault, S3Server } from '../../emulator/s3/index.ts'
import type { FaultMatch as S3Match } from '../../emulator/s3/wire/fault.ts'

/**
 * Every way to fail that the emulators know and that passes by itself, drawn evenly.
 *
 * Left out is what nobody could tell from the truth: an answer that says that a file is gone, forbidden or malware
 * (Google's word is taken), an altered byte in an answer without a checksum (TLS guards those), and rot in storage behind
 * its own checks (verification finds it later).
 */
const DRIVE: readonly [match: DriveMatch, faults: readonly DriveFault[]][] = [
  [
    {},
    [
      { kind: 'error', status: 403, reason: 'userRateLimitExceeded' },
      { kind: 'error', status: 403, reason: 'rateLimitExceeded' },
      { kind: 'error', status: 403, reason: 'dailyLimitExceeded' },
      { kind: 'error', status: 403, reason: 'quotaExceeded' },
      { kind: 'error', status: 403, reason: 'accessNotConfigured' },
      { kind: 'error', status: 403, reason: 'insufficientPermissions' },
      { kind: 'error', status: 403, reason: 'domainPolicy' },
      { kind: 'error', status: 429 },
      { kind: 'error', status: 429, retryAfter: 1 },
      { kind: 'error', status: 429, body: 'empty' },
      { kind: 'error', status: 500 },
      { kind: 'error', status: 502, body: 'html' },
      { kind: 'error', status: 503, body: 'empty' },
      { kind: 'unauthorized' },
      { kind: 'garbage' },
      { kind: 'reset' },
      { kind: 'hang' },
      { kind: 'lost-reply' },
      { kind: 'reset-mid-body' },
      { kind: 'truncate', framing: 'length' },
      { kind: 'truncate', framing: 'chunked' },
      { kind: 'stall' },
      { kind: 'slow', bytesPerSecond: 20_000_000 },
    ],
  ],
  [
    { name: 'files.media' },
    [
      { kind: 'alter' },
      { kind: 'error', status: 403, reason: 'downloadQuotaExceeded' },
      { kind: 'error', status: 404 },
    ],
  ],
  [{ name: 'files.export' }, [{ kind: 'error', status: 403, reason: 'exportSizeLimitExceeded' }]],
  [
    { name: 'files.list' },
    [
      { kind: 'dead-page-token' },
      { kind: 'stale-page-token' },
      { kind: 'short-page', items: 7 },
      { kind: 'empty-page' },
      { kind: 'duplicate-items', items: 3 },
      { kind: 'incomplete-search' },
      { kind: 'stale-list', writes: 3 },
      { kind: 'no-grouped-parents' },
    ],
  ],
  [{ name: 'changes.list' }, [{ kind: 'dead-page-token' }, { kind: 'stale-page-token' }]],
  [
    { name: 'oauth.token' },
    [{ kind: 'invalid-grant' }, { kind: 'error', status: 503 }, { kind: 'garbage' }, { kind: 'hang' }],
  ],
]

const STORAGE: readonly [match: S3Match, faults: readonly S3Fault[]][] = [
  [
    {},
    [
      { kind: 'answer', status: 503, code: 'SlowDown' },
      { kind: 'answer', status: 503, code: 'SlowDown', retryAfter: 1 },
      { kind: 'answer', status: 500, code: 'InternalError' },
      { kind: 'answer', status: 429, body: 'none' },
      { kind: 'answer', status: 502, body: 'html' },
      { kind: 'answer', status: 200, body: 'html' },
      { kind: 'answer', status: 403, code: 'AccessDenied' },
      { kind: 'answer', status: 403, code: 'RequestTimeTooSkewed' },
      { kind: 'answer', status: 403, code: 'InvalidAccessKeyId' },
      { kind: 'answer', status: 404, code: 'NoSuchBucket' },
      { kind: 'reset' },
      { kind: 'reset', at: 'request-body' },
      { kind: 'reset', at: 'response-body' },
      { kind: 'stall' },
      { kind: 'stall', at: 'request-body' },
      { kind: 'stall', at: 'response-body' },
      { kind: 'truncate' },
      { kind: 'slow', bytesPerSecond: 20_000_000 },
      { kind: 'lost-reply', end: 'reset' },
      { kind: 'lost-reply', end: 'hang' },
      { kind: 'error-in-200' },
      { kind: 'disk-full', style: 'minio' },
      { kind: 'disk-full', style: 'generic' },
    ],
  ],
  [{ operation: ['PutObject', 'UploadPart'] }, [{ kind: 'answer', status: 400, code: 'BadDigest' }]],
]

/** Lets about `share` (0 to 1) of all answers of both servers fail, until `faults.clear()`. The same seed draws the same faults. */
export function unleash(drive: DriveEmulator, s3: S3Server, share: number, seed: number): void {
  const random = randomFrom(seed)
  drive.faults.reseed(seed)
  for (const [match, faults] of DRIVE)
    drive.faults.add({ match, probability: share, fault: () => random.pick(faults as [DriveFault, ...DriveFault[]]) })
  for (const [match, faults] of STORAGE) unleashStorage(s3, match, faults, share, random)
}

/** A rule for each kind: storage's rules name one fault. Together they strike the share. */
function unleashStorage(s3: S3Server, match: S3Match, faults: readonly S3Fault[], share: number, random: Random): void {
  for (const fault of faults)
    s3.faults.add({ match, fault, probability: share / faults.length, seed: random.below(2 ** 31) })
}
