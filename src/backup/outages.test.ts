import { expect, test } from 'vitest'
import { Fault } from './faults.ts'
import { Outages } from './outages.ts'

const MINUTE = 60_000
const fault = new Fault('s3/unreachable', 'bucket')

test('a destination is left alone for a growing time, at most ten minutes, until it takes files again', () => {
  const outages = new Outages({ attempts: 5, delayMs: 30_000 })
  const pauses = Array.from({ length: 8 }, () => outages.failed('a', fault, 0, 0.5).until)
  expect(pauses.slice(0, 4)).toEqual([30_000, MINUTE, 2 * MINUTE, 4 * MINUTE])
  expect(Math.max(...pauses)).toBe(10 * MINUTE)
  expect([...outages.waiting(['a', 'b'], 9 * MINUTE).keys()]).toEqual(['a'])
  expect(outages.waiting(['a', 'b'], 10 * MINUTE).size).toBe(0)
  outages.ended('a')
  expect(outages.failed('a', fault, 0, 0.5).until).toBe(30_000)
})

test('what storage itself asks for is waited for, and without any pause configured it is not tried without end', () => {
  const outages = new Outages({ attempts: 5, delayMs: 0 })
  expect(outages.failed('a', fault, 0, 0.5).until).toBe(1000)
  const patient = new Fault('s3/slow-down', 'bucket', { retryAfterMs: 20 * MINUTE })
  expect(outages.failed('b', patient, 0, 0.5).until).toBe(20 * MINUTE)
})

test('when all are out of order somebody has to be tried', () => {
  const outages = new Outages({ attempts: 5, delayMs: 30_000 })
  for (const name of ['a', 'b']) outages.failed(name, fault, 0, 0.5)
  expect(outages.waiting(['a', 'b'], 1).size).toBe(0)
  expect(outages.waiting(['a', 'b', 'c'], 1).size).toBe(2)
})
