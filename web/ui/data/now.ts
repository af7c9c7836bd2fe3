import { useSyncExternalStore } from 'react'

/**
 * One clock for all that says "4 minutes ago": it ticks once a second while something on the page reads it, and it is the
 * server's, so that a device whose clock is wrong does not show a fresh copy as an hour old.
 */
const readers = new Set<() => void>()
let offset = 0
let shown = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** `asOf`: what the server's clock said just now. Differences of a few seconds are the way's, not the clocks'. */
export function setServerTime(asOf: string): void {
  const difference = Date.parse(asOf) - Date.now()
  offset = Math.abs(difference) > 5000 ? difference : 0
}

/** The time in milliseconds, now and again every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => shown)
}

function subscribe(reader: () => void): () => void {
  readers.add(reader)
  if (timer === undefined) {
    tick()
    timer = setInterval(tick, 1000)
  }
  return () => {
    readers.delete(reader)
    if (readers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  shown = Date.now() + offset
  for (const reader of readers) reader()
}
