import { shown } from './field.ts'

/** What a change will do, said before it is saved. */
export function effectOf(key: string, from: unknown, to: unknown): string {
  if (key.startsWith('notifications.email.')) return 'Kept for later: no mail is sent yet.'
  const said = EFFECTS[key.replace(/^sources\.[^.]+\./, 'sources.')]?.(to, from)
  return said ?? 'Followed at once, without losing work in flight.'
}

/** Of going back to config.yaml: what will hold then is not known here before the answer. */
export const EFFECT_OF_RESET = 'What config.yaml says holds again, or the default where it says nothing.'

type Effect = (to: unknown, from: unknown) => string | null

const EFFECTS: Record<string, Effect> = {
  'sync.mode': (to) =>
    to === 'interval'
      ? 'Drive is asked at the interval only. A change may wait that long before it is protected.'
      : 'Drive is asked every few seconds while somebody is at work, and less often when nothing happens.',
  'sync.interval_seconds': (to, from) =>
    typeof to === 'number' && typeof from === 'number'
      ? `Drive is asked for changes every ${shown('sync.interval_seconds', to)} at the latest: a change may wait ${to > from ? 'longer' : 'less long'} before it is protected.`
      : null,
  'sync.auto_start': (to) =>
    to
      ? 'At launch the backup begins by itself, as long as nobody has chosen Start, Pause or Stop; a choice holds over restarts.'
      : 'At launch nothing is backed up until somebody presses Start. A choice of Start, Pause or Stop that was made already holds.',
  'sync.max_file_size_gb': (to, from) =>
    numbers(to, from, (size, before) =>
      size < before
        ? 'Larger files are skipped from now on. Copies that are stored already stay.'
        : 'Files that were too large until now, and no longer are, are backed up in the next cycle.',
    ),
  'sync.max_memory_mb': (to, from) =>
    numbers(to, from, (size, before) =>
      size < before
        ? 'Fewer parts of large files are in flight at a time: the program takes less memory and is slower with large files.'
        : 'More parts of large files may be in flight at a time: faster with large files, and more memory is used.',
    ),
  'sync.batch_size': () => 'Only how many files are taken up at a time changes, not what is backed up.',
  'sync.retry_attempts': () => 'Holds from the next failure on. A file that fails for good is still tried daily.',
  'sync.retry_delay_seconds': () => 'Holds from the next failure on; the delay doubles each time.',
  'sources.exclude_patterns': () => EXCLUDED,
  'sources.exclude_paths': () => EXCLUDED,
  'sources.enabled': (to) =>
    to
      ? 'The account is watched and backed up again.'
      : 'Changes in this account are no longer protected. Copies stay.',
  'daemon.log_level': () => 'Holds for every line that is logged from now on.',
}

const EXCLUDED =
  'What matches is skipped from now on; what no longer matches is backed up in the next cycle. Copies that are stored already stay.'

function numbers(to: unknown, from: unknown, say: (to: number, from: number) => string): string | null {
  return typeof to === 'number' && typeof from === 'number' ? say(to, from) : null
}
