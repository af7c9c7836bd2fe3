import type { ScanReason, SourceState } from '../model/catalog.ts'

/** When a source is scanned again and compared with the catalog. Pure. */

/** The first scan may have missed what was written shortly before it: Drive's lists lag behind its writes, by an hour at times. */
const AFTER_FIRST_MS = 6 * 60 * 60 * 1000
/** A cursor that dies again sooner is no reason for another scan. */
const LATELY_MS = 10 * 60 * 1000

/** `everyMs`: the operator's wish; null: not by schedule. */
export function nextReconcile(reason: ScanReason, everyMs: number | null, now: number): number | null {
  if (reason === 'first') return now + AFTER_FIRST_MS
  return everyMs === null ? null : now + everyMs
}

export function isReconcileDue({ reconcileAt, scannedAt }: SourceState, everyMs: number | null, now: number): boolean {
  if (reconcileAt !== null && reconcileAt <= now) return true
  // The clock may have been ahead when it was planned.
  if (reconcileAt !== null && reconcileAt > now + Math.max(AFTER_FIRST_MS, everyMs ?? 0)) return true
  // The schedule may be a denser one by now, or none was kept when the last scan ended.
  return everyMs !== null && (scannedAt === null || scannedAt + everyMs <= now)
}

/** `lostAt`: when the cursor was last found dead. */
export function wasLostLately(lostAt: number | null, now: number): boolean {
  return lostAt !== null && lostAt <= now && now - lostAt < LATELY_MS
}
