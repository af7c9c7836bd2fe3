import { type FaultCode, faultKind } from '../../backup/model/faults.ts'
import { isLasting, needsOperator } from '../../backup/model/health.ts'
import type { FaultText } from '../contract/status.ts'

/** A fault of the catalog as the API tells it: what happened to what, and what to do. `since`: ms; null: just now. */
export function faultTextOf(fault: string, subject: string, since: number | null, now: number): FaultText {
  const lasting = isLasting(since, now)
  return {
    fault,
    message: sentenceOf(fault, subject),
    hint: adviceFor(fault, lasting),
    needs_operator: needsOperator(fault) || lasting,
  }
}

/** What happened to what. A fault of another version has no words here. */
export function sentenceOf(fault: string, subject: string, detail: string | null = null): string {
  return `${subject}: ${faultKind(fault)?.what ?? fault}${detail === null ? '' : ` (${detail})`}.`
}

/** A short name for people. */
export function titleOf(fault: string): string {
  return faultKind(fault)?.title ?? fault
}

/** What to do. `lasting`: attempts are used up, or it has lasted too long to wait any more. */
export function adviceFor(fault: string, lasting: boolean): string | null {
  const hint = faultKind(fault)?.hint ?? null
  return lasting ? (LASTING[fault as FaultCode] ?? hint) : hint
}

const OPEN_IT = 'Open the file in Drive. If it opens there, press Retry.'
const GOOGLE_STATUS = 'Look at Google’s status page (www.google.com/appsstatus), then press Retry.'
const STORAGE_STATUS = 'Look at the provider’s status page and run the self-test of the destination, then press Retry.'

/** For faults whose usual advice is to wait. */
const LASTING: Partial<Record<FaultCode, string>> = {
  'google/rate-limited': 'See in the Google Cloud console which other program uses up the quota of this project.',
  'google/daily-limit': 'Ask for a larger quota in the Google Cloud console.',
  'google/other-account': 'Connect the account again that is to be backed up.',
  'google/unavailable': GOOGLE_STATUS,
  'google/unreachable': 'Check the network, DNS and proxy of this machine, then press Retry.',
  'google/cursor-dead': GOOGLE_STATUS,
  'google/scan-expired': GOOGLE_STATUS,
  'drive/not-found': OPEN_IT,
  'drive/access-denied': 'Ask the owner for access, or back up the owner’s account. Then press Retry.',
  'drive/download-quota': OPEN_IT,
  'drive/interrupted': OPEN_IT,
  'drive/content-mismatch': OPEN_IT,
  'storage/slow-down': STORAGE_STATUS,
  'storage/unavailable': STORAGE_STATUS,
  'storage/unreachable': 'Check the address of the destination, the network and DNS, and run its self-test.',
  'storage/checksum-refused': 'Check the memory of this machine and any proxy on the way to storage, then press Retry.',
}
