import type { CheckResult } from '../../../backup/model/destination.ts'
import { Fault, type FaultCode } from '../../../backup/model/faults.ts'
import { type Answer, refusalOf } from '../api/errors.ts'
import { canonicalQuery } from '../api/uri.ts'
import { header } from '../labels.ts'
import type { Bucket } from './bucket.ts'

/** S3 refuses requests more than 15 minutes off (AWS, "RequestTimeTooSkewed"); a clock that is 5 off will get there. */
const SKEW_MS = 5 * 60_000

const STEPS = ['reach the endpoint', 'clock', 'credentials', 'bucket'] as const

/** Which step each fault of the first request belongs to; the steps before it have succeeded then. */
const STEP_OF: Partial<Record<FaultCode, (typeof STEPS)[number]>> = {
  'storage/clock-skew': 'clock',
  'storage/no-credentials': 'credentials',
  'storage/credentials-refused': 'credentials',
  'storage/no-bucket': 'bucket',
  'storage/wrong-region': 'bucket',
}

/** The first request of a self-test: one listing answers for endpoint, clock, credentials and bucket together. */
export async function checkConnection(
  bucket: Bucket,
  base: string,
  signal: AbortSignal,
): Promise<{ goOn: boolean; results: CheckResult[] }> {
  const query = canonicalQuery({ 'list-type': '2', 'max-keys': '1', prefix: base })
  let headers: Answer['headers'] | null = null
  let fault: Fault | null = null
  try {
    headers = (await bucket.client.send({ method: 'GET', key: null, query }, signal)).headers
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    headers = refusalOf(error)?.headers ?? null
    // A denied listing has its own step; the bucket and the key are there.
    if (error.code !== 'storage/access-denied') fault = error
  }
  const failing = fault === null ? null : (STEP_OF[fault.code] ?? STEPS[0])
  // Without an answer nothing is known of the earlier steps.
  if (failing !== null && headers === null) {
    return { goOn: false, results: [{ step: failing, ok: false, message: fault?.message ?? '' }] }
  }
  const results: CheckResult[] = []
  for (const step of STEPS) {
    if (step === failing)
      return { goOn: false, results: [...results, { step, ok: false, message: fault?.message ?? '' }] }
    results.push(
      step === 'clock' ? clockResult(headers, bucket.now()) : { step, ok: true, message: wentWell(step, bucket) },
    )
  }
  return { goOn: true, results }
}

function wentWell(step: (typeof STEPS)[number], bucket: Bucket): string {
  if (step === 'reach the endpoint') return `${bucket.client.endpoint} answers`
  return step === 'credentials' ? 'the access key and its secret are accepted' : `bucket "${bucket.bucket}" is there`
}

function clockResult(headers: Answer['headers'] | null, now: number): CheckResult {
  const there = Date.parse(header(headers ?? {}, 'date') ?? '')
  if (Number.isNaN(there)) return { step: 'clock', ok: true, message: 'storage does not tell its time, and took ours' }
  const minutes = Math.round(Math.abs(there - now) / 60_000)
  if (Math.abs(there - now) <= SKEW_MS) return { step: 'clock', ok: true, message: 'agrees with that of storage' }
  const message = `the clock of this machine is ${minutes} minutes off; beyond 15 storage refuses everything. Set it (enable NTP).`
  return { step: 'clock', ok: false, message }
}
