import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { type Abortable, abortWith, forget } from './abortable.ts'

class Work implements Abortable {
  place = 0
  reasons: unknown[] = []

  abort(reason: unknown): void {
    this.reasons.push(reason)
  }
}

const works = (count: number) => Array.from({ length: count }, () => new Work())

test('what is under way is aborted with its signal, once and with its reason; what is over is not', () => {
  const stop = new AbortController()
  const all = works(20)
  for (const one of all) abortWith(stop.signal, one)
  const over = all.filter((_, i) => i % 3 === 0)
  for (const one of over.toReversed()) forget(stop.signal, one)
  stop.abort('enough')
  for (const one of all) expect(one.reasons).toEqual(over.includes(one) ? [] : ['enough'])
})

test('work that is over as soon as it is aborted keeps nobody else from being aborted', () => {
  const stop = new AbortController()
  const all = works(5)
  for (const one of all) {
    one.abort = (reason) => {
      one.reasons.push(reason)
      forget(stop.signal, one)
    }
    abortWith(stop.signal, one)
  }
  stop.abort('enough')
  expect(all.map((one) => one.reasons)).toEqual(all.map(() => ['enough']))
})

test('a signal has one listener however much is under way, and none when nothing is: else it would outlive its cycle', () => {
  const { signal } = new AbortController()
  const listeners = () => getEventListeners(signal, 'abort').length
  const all = works(3)
  for (const one of all) abortWith(signal, one)
  expect(listeners()).toBe(1)
  for (const one of all) forget(signal, one)
  expect(listeners()).toBe(0)
})
