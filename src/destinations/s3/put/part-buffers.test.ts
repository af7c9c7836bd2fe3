import { expect, test } from 'vitest'
import { MemoryBudget } from './memory.ts'
import { PartBuffers } from './part-buffers.ts'

const signal = new AbortController().signal

/** Whether a promise has settled by the time all that is ready has run. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  void promise.finally(() => {
    done = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return done
}

test('a buffer that was given back is used again, and none is kept when nobody has any', async () => {
  const buffers = new PartBuffers(100, new MemoryBudget(1_000))
  const [one, two] = [await buffers.take(40, signal), await buffers.take(40, signal)]
  one.release()
  const again = await buffers.take(40, signal)
  expect(again.bytes).toBe(one.bytes)
  again.release()
  again.release() // a second release gives nothing
  two.release()
  const later = await buffers.take(40, signal)
  expect([one.bytes, two.bytes]).not.toContain(later.bytes)
})

test('parts wait for one another, and for the memory that others hold', async () => {
  const memory = new MemoryBudget(100)
  const buffers = new PartBuffers(60, memory)
  const small = await memory.take(50, signal)
  const first = await buffers.take(40, signal)
  const second = buffers.take(40, signal)
  first.release()
  expect(await settled(second)).toBe(true)
  const third = buffers.take(20, signal)
  expect(await settled(third)).toBe(false)
  small.release()
  expect((await third).bytes.length).toBe(20)
})

test('a part larger than all of the memory has its turn when it is alone', async () => {
  const buffers = new PartBuffers(50, new MemoryBudget(100))
  const small = await buffers.take(50, signal)
  const large = buffers.take(500, signal)
  expect(await settled(large)).toBe(false)
  small.release()
  expect((await large).bytes.length).toBe(500)
})

test('who gives up waiting for memory gives back the turn', async () => {
  const memory = new MemoryBudget(10)
  const buffers = new PartBuffers(10, memory)
  const small = await memory.take(10, signal)
  const stop = new AbortController()
  const waiting = buffers.take(10, stop.signal)
  await new Promise((resolve) => setImmediate(resolve))
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  small.release()
  expect((await buffers.take(10, signal)).bytes.length).toBe(10)
})
