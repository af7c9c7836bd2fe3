import { type Fault, faultKind, SKIP_REASONS } from '../../backup/model/faults.ts'
import type { FileTallies } from '../../catalog/read/tallies.ts'
import { bytes, count, duration } from './format.ts'

/** What a run of `sync` came to: the counts are the whole catalog's, the costs this run's. Printed with --json as it is. */
export interface Summary {
  files_total: number
  synced: number
  pending: number
  /** By reason. */
  skipped: Record<string, number>
  /** By fault. */
  failed: Record<string, number>
  /** Deleted in Drive, copies kept; counted above by what became of them. */
  removed: number
  /** Stored in this run, at all destinations together. */
  bytes: number
  /** Copies moved on the side of storage in this run. */
  moved: number
  api_calls: number
  storage_calls: number
  seconds: number
  /** What the run gave up on. */
  error?: { fault: string; message: string; hint: string }
}

export interface Costs {
  bytes: number
  moved: number
  apiCalls: number
  storageCalls: number
  ms: number
}

export function summaryOf(files: FileTallies, costs: Costs, fault: Fault | null): Summary {
  const { total, synced, pending, skipped, problems, removed } = files
  const failed: Record<string, number> = {}
  for (const problem of problems)
    if (problem.failed > 0) failed[problem.fault] = (failed[problem.fault] ?? 0) + problem.failed
  return {
    files_total: total,
    synced,
    pending,
    skipped,
    failed,
    removed,
    bytes: costs.bytes,
    moved: costs.moved,
    api_calls: costs.apiCalls,
    storage_calls: costs.storageCalls,
    seconds: Math.round(costs.ms) / 1000,
    ...(fault === null ? {} : { error: { fault: fault.code, message: fault.message, hint: fault.kind.hint } }),
  }
}

/** The same for people. */
export function summaryText(summary: Summary): string {
  const { files_total: total, synced, pending, skipped, failed } = summary
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)
  const lines = [
    `${count(total, 'item')}: ${synced.toLocaleString('en-US')} synced, ${sum(skipped)} skipped, ${sum(failed)} failed, ${pending} pending`,
  ]
  for (const [reason, number] of Object.entries(skipped))
    lines.push(`  skipped ${number}: ${(SKIP_REASONS as Record<string, string>)[reason] ?? reason}`)
  for (const [code, number] of Object.entries(failed)) {
    const kind = faultKind(code)
    lines.push(`  failed ${number}: ${kind?.what ?? code}`, ...(kind === undefined ? [] : [`    ${kind.hint}`]))
  }
  if (sum(failed) > 0) lines.push('  `drivekeep failures` names the files.')
  const rate = summary.seconds > 0 ? ` (${bytes(summary.bytes / summary.seconds)}/s)` : ''
  lines.push(
    `Stored ${bytes(summary.bytes)} in ${duration(summary.seconds * 1000)}${rate}, moved ${summary.moved}; ` +
      `${count(summary.api_calls, 'Drive call')}, ${count(summary.storage_calls, 'storage call')}.`,
  )
  return lines.join('\n')
}
