/** What is known of the first backup's way to its end. Rates are per second. */
export interface FirstBackup {
  /** False: it is whole, and there is nothing to estimate. */
  underWay: boolean
  /** Whether something keeps it from going on: paused, or out of order. */
  held: boolean
  /** The drive is being listed: what is pending still grows. */
  scanning: boolean
  files: number
  /** Of blobs: what exports will come to nobody knows. What is in flight has been taken off. */
  bytes: number
  rate: { files: number; bytes: number } | null
}

/** Farther ahead nobody can tell. */
const FARTHEST_MS = 366 * 24 * 60 * 60 * 1000

/**
 * When the first backup is expected to be whole (ms); null when that cannot be told honestly. Small files take their time
 * whatever their size, and large ones that of their bytes: the slower of both decides.
 */
export function estimatedEnd(
  { underWay, held, scanning, files, bytes, rate }: FirstBackup,
  now: number,
): number | null {
  if (!underWay || held || scanning || rate === null || files === 0) return null
  const byFiles = rate.files > 0 ? files / rate.files : null
  const byBytes = rate.bytes > 0 ? Math.max(0, bytes) / rate.bytes : null
  // One large file alone moves bytes and ends no file for a long time; shortcuts and empty files have no bytes.
  if (byFiles === null && byBytes === null) return null
  if (byBytes === null && bytes > 0) return null
  const ms = Math.max(byFiles ?? 0, byBytes ?? 0) * 1000
  return ms > FARTHEST_MS ? null : now + ms
}
