import { describe, expect, test } from 'vitest'
import { Fault, type FaultCode } from '../model/faults.ts'
import { asOwn, endAfter } from './settle.ts'
import type { Task } from './task.ts'

const NOW = Date.UTC(2026, 0, 1)
const DAY = 24 * 60 * 60 * 1000
const PARTS = { retry: { attempts: 2, delayMs: 30_000 }, random: () => 0.5 }

/** `attempts` of storing, `readAttempts` of reading, so far. */
function task(attempts = 0, readAttempts = 0): Pick<Task, 'work' | 'delivery'> {
  return { work: { file: { readAttempts }, readFault: null }, delivery: { attempts } } as unknown as Task
}

const after = (code: FaultCode, of = task(), retryAfterMs: number | null = null) =>
  endAfter(of, new Fault(code, 'a.txt', { retryAfterMs }), PARTS, NOW)

describe('what a fault makes of a delivery', () => {
  test('it is tried again soon, then later, and then it has failed and is tried daily', () => {
    expect(after('storage/checksum-refused')).toMatchObject({
      by: 'storing',
      status: 'pending',
      attempts: 1,
      dueAt: NOW + 30_000,
    })
    expect(after('storage/checksum-refused', task(1))).toMatchObject({
      status: 'pending',
      attempts: 2,
      dueAt: NOW + 60_000,
    })
    expect(after('storage/checksum-refused', task(2))).toMatchObject({
      status: 'failed',
      attempts: 3,
      dueAt: NOW + DAY,
    })
  })

  test('what nothing but a change can mend is not tried again', () => {
    expect(after('storage/key-refused')).toMatchObject({ status: 'failed', dueAt: null })
  })

  test('what an operator has to mend for this file fails at once, and is tried daily', () => {
    expect(after('storage/body-too-large')).toMatchObject({ status: 'failed', attempts: 1, dueAt: NOW + DAY })
  })

  test('what blames a destination, but was the file’s own, is tried again soon', () => {
    expect(after('storage/access-denied')).toMatchObject({ status: 'pending', dueAt: NOW + 30_000 })
  })

  test('a fault that means that the file is not to be had is a skip', () => {
    expect(after('drive/download-forbidden')).toEqual({ status: 'skipped', reason: 'download-forbidden' })
  })

  test('a Retry-After is kept, for an hour at the most', () => {
    expect(after('storage/unavailable', task(), 600_000)).toMatchObject({ dueAt: NOW + 600_000 })
    expect(after('storage/unavailable', task(), 7 * DAY)).toMatchObject({ dueAt: NOW + 3_600_000 })
  })

  test('reading counts once for all deliveries of the file, by its own attempts', () => {
    const one = task(5, 1)
    const first = after('drive/content-mismatch', one)
    expect(first).toMatchObject({ by: 'reading', attempts: 2 })
    expect(after('drive/content-mismatch', { ...one, delivery: task(9).delivery })).toEqual(first)
    expect(after('storage/checksum-refused', one)).toMatchObject({ by: 'storing', attempts: 6 })
  })
})

describe('what a fault means when others are accepted', () => {
  test.each([
    'storage/access-denied',
    'storage/credentials-refused',
    'storage/bad-answer',
    'storage/wrong-region',
  ] as const)('%s: a rule about this object', (code) => {
    const fault = new Fault(code, 'bucket', { detail: 'in its own words' })
    expect(asOwn(fault)).toMatchObject({ code: 'storage/object-refused', detail: 'in its own words', cause: fault })
  })

  test.each(['storage/unavailable', 'storage/full', 'storage/request-refused', 'drive/not-found'] as const)(
    '%s stays what it is',
    (code) => {
      const fault = new Fault(code, 'bucket')
      expect(asOwn(fault)).toBe(fault)
    },
  )
})
