import { expect, test } from 'vitest'
import { KeyLocks } from './key-locks.ts'

test('a key has one holder at a time, and two that want the same pair in another order do not wait for ever', async () => {
  const locks = new KeyLocks()
  const log: string[] = []
  const use = async (name: string, keys: string[]) => {
    using _lock = await locks.take({ name: 's3' }, keys)
    log.push(`${name} in`)
    await new Promise((resolve) => setImmediate(resolve))
    log.push(`${name} out`)
  }
  await Promise.all([use('a', ['x', 'y']), use('b', ['y', 'x']), use('c', ['x'])])
  expect(log.filter((_, i) => i % 2 === 0).map((line) => line.replace(' in', ' out'))).toEqual(
    log.filter((_, i) => i % 2 === 1),
  )
})

test('destinations do not share keys', async () => {
  const locks = new KeyLocks()
  using _a = await locks.take({ name: 'one' }, ['x'])
  using _b = await locks.take({ name: 'two' }, ['x'])
  expect(true).toBe(true)
})
