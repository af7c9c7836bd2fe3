import type { Clock } from '../../src/drive/clock.ts'
import type { Setup } from '../backup/harness.ts'

/** Longer than any answer that really comes from an emulator beside us, short enough to meet hundreds of stalls. */
const PATIENCE_MS = 500
const MIB = 1024 * 1024

/**
 * Time for the Drive client that runs a hundred times as fast. Refusals of the rate teach it a low rate and long pauses,
 * as they should; a storm of them, without a real limit behind it, must not keep a test waiting.
 */
function fastClock(): Clock {
  const began = Date.now()
  return {
    now: () => began + (Date.now() - began) * 100,
    after(ms, run) {
      const timer = setTimeout(run, ms / 100)
      return () => clearTimeout(timer)
    },
  }
}

/** Parts that give up soon, so that stalls and hangs cost little; and small parts, so that little is a large file. */
export function shortPatience(): Pick<Setup, 'source' | 'destination' | 'multipartThreshold'> {
  const [headers, idle] = [PATIENCE_MS, PATIENCE_MS]
  return {
    source: {
      clock: fastClock(),
      retryBaseMs: 100,
      timeouts: { metadataHeaders: headers, mediaHeaders: headers, idle, metadataTotal: 4 * idle, token: idle },
    },
    destination: {
      timeouts: { patience: PATIENCE_MS, assembling: PATIENCE_MS, idle, answer: 4 * idle, slowestLine: 10_000 },
      retryBaseMs: 2,
      partSize: MIB / 4,
    },
    multipartThreshold: MIB,
  }
}
