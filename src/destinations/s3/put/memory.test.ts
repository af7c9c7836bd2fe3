import { expect, test } from 'vitest'
import { MemoryBudget } from './memory.ts'

const signal = new AbortController().signal

/** Whether a promise has settled by the time all that is ready has run. */
async function settled(promise: unknown): Promise<boolean> {
  let done = false
  void Promise.resolve(promise).finally(() => {
    done = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return done
}

test('who comes while there is too little waits, in order, until enough is given back', async () => {
  const budget = new MemoryBudget(100)
  const first = await budget.take(60, signal)
  const large = budget.take(80, signal)
  const small = budget.take(10, signal)
  expect([await settled(large), await settled(small)]).toEqual([false, false])
  first.release()
  const held = await large
  expect((await small).bytes).toBe(10)
  expect(held.bytes).toBe(80)
  const next = budget.take(20, signal)
  expect(await settled(next)).toBe(false)
  held.release()
  held.release() // a second release gives nothing
  expect((await next).bytes).toBe(20)
  expect(await settled(budget.take(80, signal))).toBe(false)
})

test('more than there is means all there is', async () => {
  const budget = new MemoryBudget(10)
  using share = await budget.take(1_000, signal)
  expect(share.bytes).toBe(10)
})

test('who gives up waiting holds nobody back', async () => {
  const budget = new MemoryBudget(100)
  const first = await budget.take(50, signal)
  const stop = new AbortController()
  const large = budget.take(100, stop.signal)
  const small = budget.take(50, signal)
  expect(await settled(small)).toBe(false)
  stop.abort(new Error('enough'))
  await expect(large).rejects.toThrow('enough')
  expect((await small).bytes).toBe(50)
  first.release()
  await expect(async () => budget.take(100, AbortSignal.abort(new Error('late')))).rejects.toThrow('late')
})
