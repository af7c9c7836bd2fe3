import { expect, test } from 'vitest'
import { blob, bytesOf, inChunks, labelsOf } from '../../../../test/destinations/bytes.ts'
import { startS3Place } from '../../../../test/destinations/places.ts'
import type { Payload } from '../../../backup/model/destination.ts'

/** Short fault is met inside; these count what storage saw of it. */

const MIB = 1024 * 1024
const signal = new AbortController().signal

const passing = [
  { kind: 'answer', status: 503, code: 'SlowDown' },
  { kind: 'answer', status: 500 },
  { kind: 'answer', status: 429, body: 'none' },
  { kind: 'answer', status: 400, code: 'RequestTimeout' },
  { kind: 'answer', status: 502, body: 'html' },
  { kind: 'reset' },
  { kind: 'lost-reply', end: 'reset' },
] as const

for (const fault of passing) {
  test(`two times ${JSON.stringify(fault)} and then success`, async () => {
    await using place = await startS3Place()
    for (const size of [4_096, 2 * MIB]) {
      place.server.requests.reset()
      place.server.faults.add({ fault, times: 2 })
      await place.destination.put('backup/file', blob(bytesOf(size)), labelsOf(), signal)
      expect(place.server.requests.count('PutObject')).toBe(3)
      expect((await place.server.body('bucket', 'backup/file')).equals(bytesOf(size))).toBe(true)
    }
    expect(place.destination.calls).toBe(6)
  })
}

test('after three tries the fault is passed on', async () => {
  await using place = await startS3Place()
  place.server.faults.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' } })
  const attempt = place.destination.put('backup/file', blob(bytesOf(10)), labelsOf(), signal)
  await expect(attempt).rejects.toMatchObject({ code: 'storage/slow-down' })
  expect(place.server.requests.total).toBe(3)
})

test('a long silence is not waited for again on the spot', async () => {
  // A tenth of a second of patience is ten on this clock.
  const began = Date.now()
  const now = () => began + (Date.now() - began) * 100
  const timeouts = { patience: 150, slowestLine: 10_000 }
  await using place = await startS3Place({ server: { now }, destination: { now, timeouts } })
  place.server.faults.add({ fault: { kind: 'stall' } })
  const attempt = place.destination.put('backup/file', blob(bytesOf(10)), labelsOf(), signal)
  await expect(attempt).rejects.toMatchObject({ code: 'storage/unreachable' })
  expect(place.server.requests.total).toBe(1)
})

test('what cannot pass by itself is tried once', async () => {
  await using place = await startS3Place()
  for (const fault of [
    { kind: 'answer', status: 403 },
    { kind: 'answer', status: 400, code: 'InvalidArgument' },
    { kind: 'disk-full' },
  ] as const) {
    place.server.requests.reset()
    place.server.faults.add({ fault, times: 1 })
    await expect(place.destination.put('backup/file', blob(bytesOf(10)), labelsOf(), signal)).rejects.toThrow()
    expect(place.server.requests.total).toBe(1)
  }
})

test('a short Retry-After is waited for, a long one is handed on', async () => {
  await using place = await startS3Place()
  place.server.faults.add({ fault: { kind: 'answer', status: 503, retryAfter: 1 }, times: 1 })
  const before = performance.now()
  await place.destination.head('backup/file', signal)
  expect(performance.now() - before).toBeGreaterThanOrEqual(990)
  place.server.faults.add({ fault: { kind: 'answer', status: 503, retryAfter: 120 }, times: 1 })
  place.server.requests.reset()
  await expect(place.destination.head('backup/file', signal)).rejects.toMatchObject({ retryAfterMs: 120_000 })
  expect(place.server.requests.total).toBe(1)
  for (const retryAfter of [604_800, 'Fri, 31 Dec 9999 23:59:59 GMT']) {
    place.server.faults.add({ fault: { kind: 'answer', status: 503, retryAfter }, times: 1 })
    await expect(place.destination.head('backup/file', signal)).rejects.toMatchObject({ retryAfterMs: 3_600_000 })
  }
})

test('a small file is downloaded once whatever happens; a streamed one again for each try', async () => {
  await using place = await startS3Place()
  for (const [size, offsets] of [
    [4_096, [0]],
    [2 * MIB, [0, 0, 0]],
  ] as const) {
    place.server.faults.add({ fault: { kind: 'reset', at: 'request-body' }, times: 2 })
    const payload = blob(bytesOf(size))
    await place.destination.put('backup/file', payload, labelsOf(), signal)
    expect(payload.offsets).toEqual(offsets)
  }
})

test('the source of a failed try is let go before the next one is opened', async () => {
  await using place = await startS3Place()
  place.server.faults.add({ fault: { kind: 'reset', at: 'request-body', bytes: 1 }, times: 2 })
  const bytes = bytesOf(4 * MIB)
  const open = new Set<AbortSignal>()
  const payload: Payload = {
    ...blob(bytes),
    read: async (_, inner) => {
      for (const earlier of open) expect(earlier.aborted).toBe(true)
      open.add(inner)
      return inChunks(bytes)
    },
  }
  await place.destination.put('backup/file', payload, labelsOf(), signal)
  expect(open.size).toBe(3)
  for (const each of open) expect(each.aborted).toBe(true)
})

test('an abort during the wait for the next try ends it at once', async () => {
  await using place = await startS3Place()
  place.server.faults.add({ fault: { kind: 'answer', status: 503, retryAfter: 19 } })
  const stop = new AbortController()
  const attempt = place.destination.head('backup/file', stop.signal)
  while (place.server.requests.count('HeadObject', 503) === 0) await new Promise((resolve) => setImmediate(resolve))
  stop.abort(new Error('shutting down'))
  await expect(attempt).rejects.toThrow('shutting down')
})

test('a server that takes a request and says nothing is given up', async () => {
  await using place = await startS3Place({ destination: { timeouts: { patience: 300 }, retryBaseMs: 1 } })
  const { server, destination } = place
  server.faults.add({ fault: { kind: 'stall' } })
  for (const size of [1, 2 * MIB]) {
    const attempt = destination.put('backup/file', blob(bytesOf(size)), labelsOf(), signal)
    await expect(attempt).rejects.toMatchObject({ code: 'storage/unreachable' })
  }
  server.faults.clear()
  // A slow source is not storage's fault.
  const bytes = bytesOf(2 * MIB)
  const slow = async function* () {
    yield bytes.subarray(0, 10)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    yield bytes.subarray(10)
  }
  await destination.put('backup/file', { ...blob(bytes), read: async () => slow() }, labelsOf(), signal)
})

test('an answer that trickles for ever is given up', async () => {
  await using place = await startS3Place({ destination: { timeouts: { answer: 300 }, retryBaseMs: 1 } })
  place.server.faults.add({ fault: { kind: 'slow', bytesPerSecond: 50 } })
  await expect(place.destination.list('', signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'storage/unreachable',
    detail: 'no whole answer within 0.3 s',
  })
})
