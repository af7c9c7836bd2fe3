import { expect, test } from 'vitest'
import { Fresh } from './fresh.ts'

test('it is read once for all who ask within its time, and anew when it was changed', async () => {
  let [time, readings] = [0, 0]
  const fresh = new Fresh(async () => ++readings, () => time, 250) // biome-ignore format: one line
  expect(await Promise.all([fresh.get(), fresh.get()])).toEqual([1, 1])
  time = 249
  expect(await fresh.get()).toBe(1)
  fresh.forget()
  expect(await fresh.get()).toBe(2)
  time += 250
  expect(await fresh.get()).toBe(3)
})

test('a failure is not kept', async () => {
  let readings = 0
  const read = async () => {
    readings += 1
    if (readings === 1) throw new Error('locked')
    return readings
  }
  const fresh = new Fresh(read, () => 0, 250)
  await expect(fresh.get()).rejects.toThrow('locked')
  expect(await fresh.get()).toBe(2)
})
