import { expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { Governor } from './governor.ts'

const signal = new AbortController().signal

/** Time that moves only when told to, and how many timers wait in it. */
function standingClock(): Clock & { pass(ms: number): void; timers: number } {
  let now = 1_000_000
  const due = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      due.add(timer)
      return () => due.delete(timer)
    },
    get timers() {
      return due.size
    },
    pass(ms) {
      now += ms
      for (const timer of [...due]) {
        if (timer.at > now || !due.delete(timer)) continue
        timer.run()
      }
    },
  }
}

test('while no limit is near a call passes without a promise or a timer', () => {
  const clock = standingClock()
  const governor = new Governor({ unitsPerMinute: 325_000, queriesPerMinute: Number.POSITIVE_INFINITY }, { clock })
  for (let call = 0; call < 50; call++) expect(governor.enter(200, signal)).toBeTypeOf('number')
  expect(clock.timers).toBe(0)
})

test('who waits is served in order, dear calls too, with one timer for all', async () => {
  const clock = standingClock()
  const governor = new Governor({ unitsPerMinute: 60_000, queriesPerMinute: Number.POSITIVE_INFINITY }, { clock })
  while (typeof governor.enter(200, signal) === 'number');
  const order: string[] = []
  const wait = (name: string, units: number) =>
    Promise.resolve(governor.enter(units, signal)).then(() => order.push(name))
  const all = [wait('dear', 200), wait('cheap', 5), wait('dear again', 200)]
  expect(governor.state.waiting).toBe(4)
  expect(clock.timers).toBe(1)
  for (let step = 0; step < 20; step++) clock.pass(100)
  await Promise.all(all)
  expect(order).toEqual(['dear', 'cheap', 'dear again'])
  expect(clock.timers).toBe(0)
})

test('who gives up leaves the queue, and holds nobody up', async () => {
  const clock = standingClock()
  const governor = new Governor({ unitsPerMinute: 60_000, queriesPerMinute: Number.POSITIVE_INFINITY }, { clock })
  while (typeof governor.enter(200, signal) === 'number');
  const stop = new AbortController()
  const impatient = Promise.resolve(governor.enter(200, stop.signal))
  const patient = Promise.resolve(governor.enter(5, signal))
  stop.abort(new Error('enough'))
  await expect(impatient).rejects.toThrow('enough')
  clock.pass(1000)
  await patient
})

test('after a refusal all wait, one call probes, and its success lets the others go', async () => {
  const clock = standingClock()
  const unlimited = { unitsPerMinute: Number.POSITIVE_INFINITY, queriesPerMinute: Number.POSITIVE_INFINITY }
  const governor = new Governor(unlimited, { clock, baseMs: 1000 })
  const first = governor.enter(200, signal)
  governor.settle(await first, 'refused', 5000)
  const tickets: number[] = []
  const waiting = [1, 2, 3].map(() => Promise.resolve(governor.enter(200, signal)).then((one) => tickets.push(one)))
  clock.pass(4999)
  await Promise.resolve()
  expect(tickets).toHaveLength(0)
  clock.pass(1)
  await waiting[0]
  expect(tickets).toHaveLength(1)
  governor.settle(tickets[0] ?? 0, 'served')
  await Promise.all(waiting)
  expect(governor.state).toMatchObject({ waiting: 0, refusals: 1, pausedUntil: 0, unitsUsed: 800 })
})

test('a pause longer than a minute is told instead of waited for', async () => {
  const clock = standingClock()
  const unlimited = { unitsPerMinute: Number.POSITIVE_INFINITY, queriesPerMinute: Number.POSITIVE_INFINITY }
  const governor = new Governor(unlimited, { clock })
  const first = governor.enter(200, signal)
  governor.settle(await first, 'refused', 600_000)
  expect(() => governor.enter(200, signal)).toThrow(expect.objectContaining({ retryAfterMs: 600_000 }))
})
