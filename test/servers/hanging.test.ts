import { expect, inject, test } from 'vitest'
import { blob, bytesOf, exported, labelsOf } from '../destinations/bytes.ts'
import { expectStored, keysIn } from '../destinations/stored.ts'
import type { Ceph } from './ceph.ts'
import { startCephPlace } from './ceph-place.ts'

/** Ceph takes requests and answers none of them, because the process that holds the data stands still. */

const MIB = 1024 * 1024
const signal = new AbortController().signal
const ceph = inject('ceph') as Ceph

/** Until the end of the block. */
function halted(pid: number): Disposable {
  process.kill(pid, 'SIGSTOP')
  return { [Symbol.dispose]: () => void process.kill(pid, 'SIGCONT') }
}

test('requests that hang are ended by our time-outs, and work goes on when storage does', async () => {
  const timeouts = { patience: 300, assembling: 300, idle: 300 }
  await using place = await startCephPlace(ceph, { destination: { timeouts, retryBaseMs: 1 } })
  const { destination } = place
  await destination.put('backup/old', blob(bytesOf(100)), labelsOf(), signal)
  const old = { key: 'backup/old', versionId: null, size: 100 }
  {
    using _halt = halted(ceph.osdPid)
    const calls = [
      destination.put('backup/small', blob(bytesOf(100)), labelsOf(), signal),
      destination.put('backup/streamed', blob(bytesOf(2 * MIB)), labelsOf(), signal),
      destination.put('backup/parts', blob(bytesOf(9 * MIB)), labelsOf(), signal),
      destination.put('backup/export', exported(bytesOf(6 * MIB)), labelsOf(), signal),
      destination.can.copy(old, 'backup/copy', null, signal),
      destination.open(old, 0, signal),
      destination.head('backup/old', signal),
      keysIn(destination),
      destination.remove('backup/old', signal),
    ]
    const ends = await Promise.allSettled(calls)
    expect(ends.map((end) => end.status === 'rejected' && end.reason.code)).toEqual(
      calls.map(() => 'storage/unreachable'),
    )
    const reached = (await destination.check(signal)).map(({ step, ok }) => [step, ok])
    expect(reached).toEqual([['reach the endpoint', false]])
  }
  await destination.put('backup/parts', blob(bytesOf(9 * MIB)), labelsOf(), signal)
  await expectStored(destination, 'backup/parts', bytesOf(9 * MIB))
})
