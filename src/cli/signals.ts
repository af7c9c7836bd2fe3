import type { Control } from '../backup/parts.ts'
import { note } from './print.ts'
import { EXIT } from './refusal.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** How long files in flight may take to finish once we are asked to end; then they are dropped, resumably. */
const DRAIN_MS = 20_000

/** Ctrl-C reaches every process of a terminal, and npm or the launcher passes it on: within this time it is the same one. */
const SAME_SIGNAL_MS = 200

/** `drain` is aborted by the first signal; a second one ends the process at once. `asked` is told of the first. */
export function untilSignal(asked: () => void): Disposable & Control {
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
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return {
    drain: drain.signal,
    abort: abort.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      for (const signal of SIGNALS) process.off(signal, onSignal)
    },
  }
}

/** For people at a terminal: that they have been heard, and how not to wait. */
export function tellDraining(): void {
  note('drivekeep: finishing the files in flight (at most 20 s; once more to end at once) ...')
}
