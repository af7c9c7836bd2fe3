import type { Backlog } from '../../catalog/read/backlog.ts'
import { bytes, count, duration } from './format.ts'

/** What a progress line is made of. Bytes are those of files, however many destinations get them. */
export interface Progress {
  filesDone: number
  bytesDone: number
  /** Per second, of late. */
  fileRate: number
  byteRate: number
  backlog: Backlog
  /** What a pause between two cycles is about; null while a cycle runs. */
  pause: { reason: string | null } | null
}

const BAR = 20

/** One line: bar, files, bytes, rate and time left, or what is waited for. Pure. */
export function progressLine(progress: Progress, now: number): string {
  const { filesDone, bytesDone, byteRate, fileRate, backlog, pause } = progress
  const files = filesDone + backlog.files
  const total = bytesDone + backlog.bytes
  const share = total > 0 ? bytesDone / total : files > 0 ? filesDone / files : 0
  const filled = Math.round(share * BAR)
  const more = backlog.scanning ? '+' : ''
  const parts = [
    `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}]`,
    `${filesDone.toLocaleString('en-US')}/${count(files, `file${more}`, `files${more}`)}`,
    `${bytes(bytesDone)}/${bytes(total)}${more}`,
  ]
  if (pause !== null && (pause.reason !== null || backlog.files > 0))
    return [...parts, waiting(pause, backlog, now)].join('  ')
  if (byteRate > 0) parts.push(`${bytes(byteRate)}/s`)
  if (backlog.scanning) parts.push('still scanning')
  else if (fileRate > 0 && backlog.files > 0) parts.push(`${duration(Math.ceil(secondsLeft(progress)) * 1000)} left`)
  return parts.join('  ')
}

/** Small files take their time whatever their size, large ones their bytes: the slower of both counts. */
function secondsLeft({ backlog, fileRate, byteRate }: Progress): number {
  return Math.max(backlog.files / fileRate, byteRate > 0 ? backlog.bytes / byteRate : 0)
}

function waiting({ reason }: { reason: string | null }, { files, nextAttempt }: Backlog, now: number): string {
  if (reason !== null) return `waiting: ${reason}`
  const when = nextAttempt === null ? '' : `, the first in ${duration(nextAttempt - now)}`
  return `${count(files, 'file waits', 'files wait')} for another attempt${when}`
}
