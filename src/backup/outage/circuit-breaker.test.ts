import { describe, expect, test } from 'vitest'
import { Fault, type FaultCode } from '../model/faults.ts'
import { CircuitBreaker, type Outage } from './circuit-breaker.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const POLICY = { attempts: 5, delayMs: 30_000 }
const NOW = Date.UTC(2026, 0, 1)
const DENIED = fault('storage/access-denied')
const DOWN = fault('storage/unavailable')

function fault(code: FaultCode, retryAfterMs: number | null = null): Fault {
  return new Fault(code, 'bucket', { retryAfterMs })
}

function breaker(outage: Outage | null = null, now = NOW): CircuitBreaker<string> {
  return new CircuitBreaker(POLICY, () => 0.5, now, outage)
}

/** Fails as often as it takes, each time with another file. */
function opened(because = DENIED, now = NOW): CircuitBreaker<string> {
  const one = breaker()
  for (let file = 0; one.outage === null; file++) one.failed(`work ${file}`, file, because, now)
  return one
}

const outage = (more: Partial<Outage> = {}): Outage => ({
  fault: DENIED,
  since: NOW - HOUR,
  until: NOW + MINUTE,
  tries: 3,
  ...more,
})

describe('who is to blame', () => {
  test('one fault says nothing: work waits for a verdict, and more may begin', () => {
    const one = breaker()
    expect(one.failed('a', 1, DENIED, NOW)).toEqual({ own: [], waiting: [], changed: false })
    expect(one).toMatchObject({ outage: null, undecided: true, admits: Number.POSITIVE_INFINITY })
  })

  test('work that began later and succeeded shows that the fault was the file’s own', () => {
    const one = breaker()
    one.failed('a', 1, DENIED, NOW)
    expect(one.succeeded(NOW - 1, NOW + 5)).toEqual({ own: [], waiting: [], changed: false })
    expect(one.undecided).toBe(true)
    expect(one.succeeded(NOW + 1, NOW + 9)).toEqual({ own: ['a'], waiting: [], changed: false })
    expect(one.undecided).toBe(false)
  })

  test('alone, the endpoint itself is asked: it works, so the fault is the file’s own', () => {
    const one = breaker()
    one.failed('a', 1, DENIED, NOW)
    expect(one.probed(null, NOW + 1)).toEqual({ own: ['a'], waiting: [], changed: false })
    expect(one).toMatchObject({ outage: null, undecided: false })
  })

  test('alone, the endpoint itself is asked: it does not work either, so the file waits', () => {
    const one = breaker()
    one.failed('a', 1, DENIED, NOW)
    expect(one.probed(fault('storage/credentials-refused'), NOW)).toEqual({ own: [], waiting: ['a'], changed: true })
    expect(one.outage).toMatchObject({ since: NOW, tries: 1, fault: { code: 'storage/credentials-refused' } })
    expect(one.admits).toBe(0)
  })

  test.each([
    ['storage/access-denied', 3],
    ['storage/full', 3],
    ['storage/unavailable', 12],
    ['storage/unreachable', 12],
  ] as const)('%s opens it with %i files in a row', (code, needed) => {
    const one = breaker()
    for (let file = 1; file < needed; file++) expect(one.failed(`${file}`, file, fault(code), NOW).changed).toBe(false)
    const all = Array.from({ length: needed }, (_, i) => `${i + 1}`)
    expect(one.failed(`${needed}`, needed, fault(code), NOW)).toEqual({ own: [], waiting: all, changed: true })
  })

  test('several deliveries of one file are one witness', () => {
    const one = breaker()
    for (let i = 0; i < 20; i++) expect(one.failed(`${i}`, 7, DENIED, NOW).changed).toBe(false)
    expect(one.outage).toBeNull()
  })

  test('successes between the faults keep it closed, whatever the share of faults', () => {
    const one = breaker()
    for (let file = 0; file < 100; file++) {
      const at = NOW + file * 10
      one.failed(`${file}`, file, DENIED, at)
      if (file % 2 === 1) expect(one.succeeded(at + 1, at + 2).own).toHaveLength(2)
    }
    expect(one.outage).toBeNull()
  })
})

describe('while it is open', () => {
  test('nothing may begin; what was under way waits as well, and adds nothing to the pause', () => {
    const one = opened()
    const until = one.outage?.until
    expect(one.failed('late', 99, DOWN, NOW + 10)).toEqual({ own: [], waiting: ['late'], changed: false })
    expect(one.outage).toMatchObject({ until, tries: 1, fault: { code: 'storage/access-denied' } })
    one.retryWhenDue(NOW + 10)
    expect(one.admits).toBe(0)
  })

  test('what began before it and succeeds only now does not end it', () => {
    const one = opened()
    expect(one.succeeded(NOW - 5, NOW + 5).changed).toBe(false)
    expect(one.outage).not.toBeNull()
  })

  test('when its time has come three deliveries may find out, and one success ends it', () => {
    const one = opened()
    one.retryWhenDue(one.outage?.until ?? 0)
    expect(one).toMatchObject({ admits: 3, outage: { since: NOW } })
    expect(one.succeeded(NOW + MINUTE, NOW + MINUTE + 1)).toMatchObject({ changed: true })
    expect(one).toMatchObject({ outage: null, admits: Number.POSITIVE_INFINITY })
  })

  test('three that fail open it again for longer; it goes on since its beginning', () => {
    const one = opened(DOWN)
    const first = (one.outage?.until ?? 0) - NOW
    const at = one.outage?.until ?? 0
    one.retryWhenDue(at)
    expect([1, 2, 3].map((file) => one.failed(`${file}`, file, DOWN, at).changed)).toEqual([false, false, true])
    expect(one.outage).toMatchObject({ since: NOW, tries: 2 })
    expect((one.outage?.until ?? 0) - at).toBe(2 * first)
    expect(one.admits).toBe(0)
  })

  test('half-open, one that fails alone says nothing: the endpoint itself is asked', () => {
    const one = opened()
    one.retryNow()
    one.failed('a', 1, DENIED, NOW)
    expect(one).toMatchObject({ undecided: true, admits: 3 })
    expect(one.probed(null, NOW)).toEqual({ own: ['a'], waiting: [], changed: true })
    expect(one.outage).toBeNull()
  })

  test('one that only answers probes is left alone for longer each time', () => {
    const one = breaker()
    const pauses = []
    for (let at = NOW, i = 0; i < 4; i++) {
      for (let file = 0; one.admits > 0 && file < 12; file++) one.failed(`${file}`, file, DENIED, at)
      pauses.push((one.outage?.until ?? 0) - at)
      at = one.outage?.until ?? 0
      one.retryWhenDue(at)
      one.probed(null, at)
    }
    expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000])
  })

  test('the pause grows to ten minutes at the most', () => {
    const one = opened()
    for (let i = 0; i < 20; i++) one.probed(DENIED, one.outage?.until ?? 0)
    expect((one.outage?.until ?? 0) - NOW).toBeGreaterThan(HOUR)
    const at = one.outage?.until ?? 0
    one.probed(DENIED, at)
    expect((one.outage?.until ?? 0) - at).toBe(10 * MINUTE)
  })

  test('a Retry-After is obeyed, for an hour at the most', () => {
    const one = breaker()
    one.probed(fault('storage/slow-down', 20 * MINUTE), NOW)
    expect(one.outage?.until).toBe(NOW + 20 * MINUTE)
    one.probed(fault('storage/slow-down', 7 * 24 * HOUR), NOW)
    expect(one.outage?.until).toBe(NOW + HOUR)
    one.probed(fault('storage/slow-down', 1), NOW)
    expect(one.outage?.until).toBeGreaterThan(NOW + MINUTE)
  })
})

describe('clocks and restarts', () => {
  test('an outage that was known before the restart is left alone for the rest of its time', () => {
    const one = breaker(outage({ fault: DOWN }))
    expect(one).toMatchObject({ admits: 0, outage: { since: NOW - HOUR, until: NOW + MINUTE, tries: 3 } })
    one.retryWhenDue(NOW + MINUTE)
    expect(one.admits).toBe(3)
    one.probed(DOWN, NOW + MINUTE)
    expect(one.outage).toMatchObject({ since: NOW - HOUR, tries: 4 })
  })

  test('what an operator has to mend is tried at once after a restart: it may have been mended', () => {
    expect(breaker(outage()).admits).toBe(3)
  })

  test('an outage of before its time came is tried after the restart', () => {
    const one = breaker(outage({ fault: DOWN, until: NOW - 1 }))
    one.retryWhenDue(NOW)
    expect(one.admits).toBe(3)
  })

  test('with the clock set back it is tried at once, not when a wrong clock said', () => {
    const one = opened(DOWN, NOW + 24 * HOUR)
    one.clockSetBack(NOW)
    expect(one.outage).toMatchObject({ since: NOW })
    one.retryWhenDue(NOW)
    expect(one.admits).toBe(3)
    expect(one.lastOk).toBe(NOW)
  })

  test('a clock that was ahead before the restart keeps nothing waiting', () => {
    const one = breaker(outage({ fault: DOWN, since: NOW + 24 * HOUR, until: NOW + 25 * HOUR }))
    one.retryWhenDue(NOW)
    expect(one).toMatchObject({ admits: 3, outage: { since: NOW } })
  })

  test('what failed before the clock was set back is judged by what succeeds after', () => {
    const one = breaker()
    one.failed('a', 1, DENIED, NOW + 24 * HOUR)
    one.clockSetBack(NOW)
    expect(one.succeeded(NOW + 1, NOW + 2).own).toEqual(['a'])
  })

  test('somebody wants it to be tried now', () => {
    const one = opened()
    one.retryNow()
    expect(one.admits).toBe(3)
  })

  test('when it last worked is what a success or a probe said', () => {
    const one = breaker()
    expect(one.lastOk).toBe(NOW)
    one.succeeded(NOW, NOW + 5)
    expect(one.lastOk).toBe(NOW + 5)
    one.failed('a', 1, DENIED, NOW + 9)
    expect(one.lastOk).toBe(NOW + 5)
    one.probed(null, NOW + 10)
    expect(one.lastOk).toBe(NOW + 10)
  })
})
