import type { Control } from '../../backup/model/parts.ts'
import { note } from '../terminal/print.ts'
import { EXIT } from '../terminal/refusal.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** How long files in flight may take to finish once we are asked to end; then they are dropped, resumably. */
const DRAIN_MS = 20_000

/** Ctrl-C reaches every process of a terminal, and npm or the launcher passes it on: within this time it is the same one. */
const SAME_SIGNAL_MS = 200

/** What `untilSignal` gives. */
export interface Signals extends Disposable, Control {
  /** Has `read` called at each SIGHUP. */
  onReload(read: () => void): void
}

/**
 * `drain` is aborted by the first signal; a second one ends the process at once. `asked` is told of the first. A SIGHUP ends a
 * command too; a daemon (`reloads`) reads its configuration again.
 */
export function untilSignal(asked: () => void, hangUp: 'ends' | 'reloads' = 'ends'): Signals {
  const [drain, abort] = [new AbortController(), new AbortController()]
  let timer: NodeJS.Timeout | undefined
  let first = 0
  const onSignal = () => {
    if (drain.signal.aborted) {
      if (performance.now() - first > SAME_SIGNAL_MS) process.exit(EXIT.interrupted)
      return
    }
    first = performance.now()
    asked()
    drain.abort()
    timer = setTimeout(() => abort.abort(), DRAIN_MS)
  }
  let reload: () => void = () => {}
  const onHangUp = () => (hangUp === 'ends' ? onSignal() : reload())
  for (const signal of SIGNALS) process.on(signal, onSignal)
  process.on('SIGHUP', onHangUp)
  return {
    onReload(read) {
      reload = read
    },
    drain: drain.signal,
    abort: abort.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      for (const signal of SIGNALS) process.off(signal, onSignal)
      process.off('SIGHUP', onHangUp)
    },
  }
}

/** For people at a terminal: that they have been heard, and how not to wait. */
export function tellDraining(): void {
  note('drivekeep: finishing the files in flight (at most 20 s; once more to end at once) ...')
}
