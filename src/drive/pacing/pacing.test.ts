import { expect, test } from 'vitest'
import { Pace, type PaceLimits } from './pacing.ts'

const FREE: PaceLimits = { unitsPerMinute: Number.POSITIVE_INFINITY, queriesPerMinute: Number.POSITIVE_INFINITY }
const secondsPause = (strikes: number, reliefMs: number) =>
  Math.max(1000, Math.min(2 ** (strikes - 1) * 1000, 16_000, reliefMs))

/** Google as far as its limits go: a sliding minute, exact to the ms. A refused call costs nothing. */
class Limit {
  readonly #perMinute: number
  readonly #granted: { at: number; units: number }[] = []
  #sum = 0
  #oldest = 0
  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }
  allows(units: number, now: number): boolean {
    for (let one = this.#granted[this.#oldest]; one && one.at <= now - 60_000; one = this.#granted[this.#oldest]) {
      this.#sum -= one.units
      this.#oldest += 1
    }
    if (this.#sum + units > this.#perMinute) return false
    this.#granted.push({ at: now, units })
    this.#sum += units
    return true
  }
}

/** Calls as fast as the pace lets them go, each answered 50 ms later. */
function run(pace: Pace, limit: Limit, units: number, ms: number, begin = 1_000_000) {
  const flying: { due: number; ticket: number; ok: boolean }[] = []
  const counts = { served: 0, refused: 0 }
  for (let now = begin; now < begin + ms; now++) {
    while (flying[0] && flying[0].due <= now) {
      const { ticket, ok } = flying.shift() ?? { ticket: 0, ok: false }
      pace.settle(ticket, ok ? 'served' : 'refused', now, secondsPause)
      counts[ok ? 'served' : 'refused'] += 1
    }
    // 64 calls at a time, as many as there are connections.
    while (flying.length < 64 && pace.wait(units, now) === 0) {
      flying.push({ due: now + 50, ticket: pace.take(units, now), ok: limit.allows(units, now + 25) })
    }
  }
  return counts
}

test('a known limit is used to more than nine tenths and never passed', () => {
  const minutes = 10
  const pace = new Pace({ ...FREE, unitsPerMinute: 325_000 })
  const { served, refused } = run(pace, new Limit(325_000), 200, minutes * 60_000)
  expect(refused).toBe(0)
  expect(served).toBeGreaterThan(0.95 * ((325_000 / 200) * minutes))
})

test('a limit in calls is kept as well', () => {
  const { served, refused } = run(new Pace({ ...FREE, queriesPerMinute: 12_000 }), new Limit(12_000), 1, 300_000)
  expect(refused).toBe(0)
  expect(served).toBeGreaterThan(0.95 * 12_000 * 5)
})

test('an unknown limit is learned', () => {
  const minutes = 10
  const { served, refused } = run(new Pace(FREE), new Limit(60_000), 200, minutes * 60_000)
  expect(refused / (served + refused)).toBeLessThan(0.03)
  expect(served).toBeGreaterThan(0.85 * (60_000 / 200) * minutes)
})

test.each([
  [325_000, 200, 'units'],
  [12_000, 1, 'calls'],
])('of an unknown limit that everybody has, %i, nearly all is used and few calls are refused', (perMinute, price) => {
  for (const minutes of [3, 10]) {
    const { served, refused } = run(new Pace(FREE), new Limit(perMinute), price, minutes * 60_000)
    expect(refused / (served + refused)).toBeLessThan(0.004)
    expect(served).toBeGreaterThan(0.95 * (perMinute / price) * minutes)
  }
})

test('near a limit that everybody has few calls are under way; where it does not hold, soon as many as before', () => {
  const pace = new Pace(FREE)
  const now = 1_000_000
  const serve = (calls: number) => {
    for (let call = 0; call < calls; call++) pace.settle(pace.take(200, now), 'served', now, secondsPause)
  }
  const fill = () => {
    const tickets: number[] = []
    while (tickets.length < 64 && pace.wait(200, now) === 0) tickets.push(pace.take(200, now))
    for (const ticket of tickets) pace.settle(ticket, 'served', now, secondsPause)
    return tickets.length
  }
  serve(1_400)
  expect(fill()).toBe(64)
  serve(130)
  expect(fill()).toBe(4)
  serve(70)
  expect(fill()).toBe(64)
})

test('a raised limit is found', () => {
  const pace = new Pace(FREE)
  run(pace, new Limit(60_000), 200, 180_000)
  expect(pace.state(0).unitsPerMinute).toBeLessThan(70_000)
  run(pace, new Limit(120_000), 200, 600_000, 1_180_000)
  expect(pace.state(0).unitsPerMinute).toBeGreaterThan(100_000)
})

test('who used the whole minute’s allowance at its beginning is let in when that is a minute ago', () => {
  const pace = new Pace(FREE)
  const begun = 1_000_000
  const tickets = Array.from({ length: 10 }, () => pace.take(200, begun))
  let relief = 0
  for (const ticket of tickets)
    pace.settle(ticket, 'refused', begun + 20_000, (_strikes, reliefMs) => {
      relief = reliefMs
      return reliefMs
    })
  expect(relief).toBe(40_000)
})

test('a lower limit than the known one is found', () => {
  const pace = new Pace({ ...FREE, unitsPerMinute: 325_000 })
  const low = run(pace, new Limit(100_000), 200, 600_000)
  expect(low.refused / (low.served + low.refused)).toBeLessThan(0.05)
  expect(pace.state(0).unitsPerMinute).toBeLessThan(130_000)
  expect(pace.state(0).unitsPerMinute).toBeGreaterThan(60_000)
})

test('while Google refuses, one call probes and the others wait; its success lets them go', () => {
  const pace = new Pace(FREE)
  const tickets = [1, 2, 3].map(() => pace.take(200, 1000))
  for (const ticket of tickets) pace.settle(ticket, 'refused', 1000, secondsPause)
  expect(pace.state(1000)).toMatchObject({ refusals: 3, pausedUntil: 2000 })
  expect(pace.wait(200, 1500)).toBe(500)
  const probe = pace.take(200, 2000)
  expect(pace.wait(200, 2000)).toBe(Number.POSITIVE_INFINITY)
  pace.settle(probe, 'refused', 2050, secondsPause)
  expect(pace.state(2050).pausedUntil).toBe(4050)
  const second = pace.take(200, 4050)
  pace.settle(second, 'served', 4100, secondsPause)
  expect(pace.wait(200, 4100)).toBe(0)
})

test('a probe that dies on the way makes room for the next one', () => {
  const pace = new Pace(FREE)
  pace.settle(pace.take(5, 0), 'refused', 0, secondsPause)
  pace.settle(pace.take(5, 1000), 'other', 1000, secondsPause)
  expect(pace.wait(5, 1000)).toBe(0)
})

test('one refusal without cause does not slow a drive down whose limits nobody knows', () => {
  const pace = new Pace(FREE)
  pace.settle(pace.take(200, 0), 'refused', 0, secondsPause)
  expect(pace.state(0).unitsPerMinute).toBe(Number.POSITIVE_INFINITY)
})

test('a clock that is set back does not stop anything', () => {
  const pace = new Pace({ ...FREE, unitsPerMinute: 325_000 })
  pace.take(200, 5_000_000)
  expect(pace.wait(200, 1000)).toBeLessThan(60_000)
})

test('behind a refusal calls go at the rate it left, and what the pause kept back does not come at once', () => {
  const pace = new Pace(FREE)
  const now = 1_000_000_000
  const tickets = Array.from({ length: 1_625 }, () => pace.take(200, now))
  for (const ticket of tickets.slice(1)) pace.settle(ticket, 'served', now, secondsPause)
  pace.settle(tickets[0] ?? 0, 'refused', now, secondsPause)
  const open = now + 60_000
  expect(pace.wait(200, open)).toBe(0)
  pace.settle(pace.take(200, open), 'served', open, secondsPause)
  expect(pace.wait(200, open)).toBeGreaterThan(0)
  let gone = 0
  for (let at = open; at < open + 10_000; at += 10) for (; pace.wait(200, at) === 0; gone++) pace.take(200, at)
  expect(gone).toBeGreaterThan(0.9 * (1_625 / 6))
  expect(gone).toBeLessThan(0.96 * (1_625 / 6))
})
