import { describe, expect, test } from 'vitest'
import type { Destination } from '../model/destination.ts'
import { Fault } from '../model/faults.ts'
import { CircuitBreaker } from '../outage/circuit-breaker.ts'
import { Endpoint } from '../outage/endpoint.ts'
import { Concurrency } from './concurrency.ts'
import { Lane } from './lane.ts'
import type { Task } from './task.ts'

const NOW = Date.UTC(2026, 0, 1)
const MOST = 5
const DENIED = new Fault('storage/access-denied', 'bucket')

function endpoint(): Endpoint {
  const breaker = new CircuitBreaker<never>({ attempts: 5, delayMs: 1000 }, () => 0.5, NOW)
  return new Endpoint({ ref: { kind: 'destination', name: 'a' }, breaker, probe: async () => {} }, () => {})
}

/** A lane that is identified, and a source that reads well. */
function start() {
  const lane = new Lane({ name: 'a' } as Destination, endpoint(), MOST, NOW)
  lane.endpoint.identified = { unknownKeys: false }
  const reading = endpoint()
  const task = (live = false) => ({ live, work: { from: { reading } } }) as unknown as Task
  /** As a delivery that begins. */
  const take = () => {
    const taken = lane.take()
    if (taken !== undefined) lane.endpoint.inFlight += 1
    return taken
  }
  return { lane, reading, task, take }
}

describe('a lane', () => {
  test('gives tasks in their order, live changes first', () => {
    const { lane, task } = start()
    const [first, second, live] = [task(), task(), task(true)]
    for (const one of [first, second, live]) lane.add(one)
    expect([lane.take(), lane.take(), lane.take(), lane.take()]).toEqual([live, first, second, undefined])
  })

  test('gives nothing before its destination is identified', () => {
    const { lane, task } = start()
    lane.endpoint.identified = null
    lane.add(task())
    expect(lane.take()).toBeUndefined()
    expect(lane).toMatchObject({ mustEnter: true, unknownKeys: true })
    lane.entering = true
    expect(lane.mustEnter).toBe(false)
  })

  test('begins so many at once, and some more for live changes', () => {
    const { lane, task, take } = start()
    for (let i = 0; i < 2 * Concurrency.MAX; i++) lane.add(task())
    let begun = 0
    while (take() !== undefined) begun += 1
    expect(begun).toBe(16)
    lane.add(task(true))
    expect(take()?.live).toBe(true)
    expect(take()).toBeUndefined()
  })

  test('takes no more into its queue than it may, and twice as much for live changes', () => {
    const { lane, task } = start()
    for (let i = 0; i < MOST; i++) lane.add(task())
    expect([lane.joins(false), lane.joins(true)]).toEqual([false, true])
    for (let i = 0; i < MOST; i++) lane.add(task(true))
    expect(lane.joins(true)).toBe(false)
  })

  test('is hungry only while more may be due and may begin', () => {
    const { lane, task } = start()
    expect(lane.hungry).toBe(true)
    lane.dry = true
    expect([lane.hungry, lane.joins(false)]).toEqual([false, false])
    lane.dry = false
    lane.add(task())
    expect(lane.hungry).toBe(false)
  })

  test('of a destination that is out of order gives nothing, and gives all back', () => {
    const { lane, task } = start()
    for (let i = 0; i < 3; i++) lane.add(task())
    lane.endpoint.probed(DENIED, NOW)
    expect(lane.take()).toBeUndefined()
    expect(lane.joins(true)).toBe(false)
    expect(lane.takeHeldUp()).toHaveLength(3)
    expect(lane.endpoint.identified).toBeNull()
  })

  test('of a destination that may be back gives three, once it is identified again', () => {
    const { lane, task, take } = start()
    lane.endpoint.probed(DENIED, NOW)
    lane.endpoint.retryNow()
    for (let i = 0; i < 5; i++) lane.add(task())
    expect(lane.mustEnter).toBe(true)
    lane.endpoint.identified = { unknownKeys: true }
    expect([take(), take(), take(), take()].filter((one) => one !== undefined)).toHaveLength(3)
    expect(lane.unknownKeys).toBe(true)
  })

  test('gives back what waits for a source that is out of order, and keeps the rest', () => {
    const { lane, reading, task } = start()
    const other = { live: false, work: { from: { reading: endpoint() } } } as unknown as Task
    lane.add(task())
    lane.add(other)
    reading.probed(new Fault('google/unavailable', 'Google'), NOW)
    expect(lane.takeHeldUp()).toHaveLength(1)
    expect(lane.take()).toBe(other)
  })
})
