import { expect, test } from 'vitest'
import { Concurrency } from './concurrency.ts'

/** Plays files through a world whose throughput follows from the number in flight; gives the level reached. */
function play(filesPerSecond: (inFlight: number) => number, bytes: number): number {
  const concurrency = new Concurrency(0)
  for (let now = 0; now < 120_000; ) {
    now += 1000 / filesPerSecond(concurrency.limit)
    concurrency.done(bytes, now)
  }
  return concurrency.limit
}

test('where latency is the bound, it climbs to the top', () => {
  expect(play((inFlight) => inFlight / 0.2, 4096)).toBe(Concurrency.MAX)
})

test('where a quota is the bound, it does not climb for nothing', () => {
  expect(play((inFlight) => Math.min(27, inFlight / 0.1), 4096)).toBeLessThan(Concurrency.MAX)
})

test('where more in flight hurts, it stays low; always within its bounds', () => {
  const level = play((inFlight) => 100 / inFlight, 1e6)
  expect(level).toBeLessThanOrEqual(16)
  expect(level).toBeGreaterThanOrEqual(Concurrency.MIN)
})
