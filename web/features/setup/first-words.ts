import type { Setup, Status } from '../../api/types.ts'
import { number, plural } from '../../ui/data/format.ts'

/** What has to be done before the backup can start, as a sentence; null: nothing. */
export function missingIn({ steps }: Pick<Setup, 'steps'>): string | null {
  if (steps === null || !steps.google) return 'Connect to Google first.'
  return steps.destination ? null : 'Add a destination first.'
}

/** How far the first backup has come: what to say first, and what then. */
export function firstWords(status: Pick<Status, 'files_synced' | 'files_total' | 'pending' | 'failed' | 'scanning'>): {
  headline: string
  detail: string
} {
  const { files_synced, files_total, pending, failed, scanning } = status
  if (files_total === 0) {
    return scanning
      ? { headline: 'Reading your drive…', detail: 'The first files appear in a moment.' }
      : { headline: 'Starting…', detail: 'Drivekeep asks Google for the list of your files.' }
  }
  const found = `${plural(files_total, 'file')} found${scanning ? ' so far' : ''}`
  if (files_synced === 0) return { headline: 'Copying the first files…', detail: `${found}.` }
  if (pending === 0 && !scanning && failed === 0) {
    return { headline: 'Everything is protected.', detail: `${plural(files_synced, 'file')} stored and checked.` }
  }
  return {
    headline: files_synced === 1 ? 'The first file is protected.' : `${number(files_synced)} files are protected.`,
    detail: `${found}, ${number(pending)} still to copy${failed > 0 ? `, ${number(failed)} failed` : ''}.`,
  }
}

/** How much of the bar is full, 0 to 100. What is skipped on purpose is no part of it; it is full only when nothing is missing. */
export function shareDone({ coverage, scanning }: Pick<Status, 'coverage' | 'scanning'>): number {
  if (coverage === null) return 0
  return coverage === 1 && !scanning ? 100 : Math.min(coverage * 100, 99)
}
