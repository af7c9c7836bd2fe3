import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { Installation } from '../cli/drivekeep.ts'

interface Measurement {
  hours: number
  looks: number
  apiCalls: number
  storageCalls: number
  heapUsed: number
  external: number
  files: number
}

const DAY = fileURLToPath(new URL('idle-day.ts', import.meta.url))
const MIB = 1024 * 1024

test('a day without changes: one API call a look and one scan to compare, one listing of storage, memory and file descriptors flat', async () => {
  await using one = await Installation.start({ drive: { dataSet: 'small' } })
  const config = one.configure({ sync: { interval_seconds: 60 } })
  const day = one.spawn(['--expose-gc', DAY, config], { bin: process.execPath })
  const { code, stdout, stderr } = await day.ended
  expect([code, stderr]).toEqual([0, ''])
  const measured = stdout.trim().split('\n').map((line): Measurement => JSON.parse(line)) // biome-ignore format: one line
  const [first, warm, last] = [measured[0], measured[1], measured.at(-1)]
  if (first === undefined || warm === undefined || last === undefined) return expect.unreachable('nothing was measured')

  expect([first.hours, last.hours]).toEqual([1, 25])
  expect(last.looks - first.looks).toBeGreaterThan(24 * 30)
  // Some hours after the first scan everything is scanned again, once: the feed to its end, a token, folders and files.
  expect(last.apiCalls - first.apiCalls - (last.looks - first.looks)).toBeLessThanOrEqual(5)
  // Once a day objects and abandoned uploads are listed: in the folder of the source, and in our own.
  expect(last.storageCalls - first.storageCalls).toBeLessThanOrEqual(6)
  expect(last.files).toBeLessThanOrEqual(first.files)
  // The code of the first hours is still being compiled, and what is compiled stays: half a megabyte, once.
  expect(last.heapUsed + last.external).toBeLessThan(warm.heapUsed + warm.external + MIB)
})
