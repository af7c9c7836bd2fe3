import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { blob, bytesOf, labelsOf } from '../destinations/bytes.ts'
import { startFolderPlace } from '../destinations/folder-place.ts'
import { expectStored, keysIn, read } from '../destinations/stored.ts'
import { makeDisk } from './disks.ts'

/** Folders on disks that are full, mounted read-only, or not mounted. */

const MIB = 1024 * 1024
const signal = new AbortController().signal

describe.runIf(inject('disks'))('a folder on a disk of its own', () => {
  test('a full disk is said, leaves the old content, and takes files again once there is room', async () => {
    await using disk = await makeDisk('ext4', 24 * MIB)
    await using place = await startFolderPlace(disk.path)
    const { destination, uploads, path } = place
    await destination.put('backup/file', blob(bytesOf(10)), labelsOf(), signal)
    const fillers = ['backup/one', 'backup/two']
    for (const key of fillers) await destination.put(key, blob(bytesOf(7 * MIB)), labelsOf(), signal)
    for (const size of [7 * MIB, 40 * MIB]) {
      const attempt = destination.put('backup/file', blob(bytesOf(size, 2)), labelsOf('r2'), signal)
      await expect(attempt).rejects.toMatchObject({ code: 'storage/full', subject: 'backup/file' })
      await expectStored(destination, 'backup/file', bytesOf(10))
      expect(uploads.all()).toEqual([])
      expect(await readdir(join(path, 'backup/.drivekeep/tmp'))).toEqual([])
      expect(await readdir(join(path, 'backup/.drivekeep/uploads')).catch(() => [])).toEqual([])
    }
    for (const key of fillers) await destination.remove(key, signal)
    await destination.put('backup/file', blob(bytesOf(7 * MIB, 2)), labelsOf('r2'), signal)
    await expectStored(destination, 'backup/file', bytesOf(7 * MIB, 2))
  })

  test('on a disk that is mounted read-only, copies are read and listed, and writing says why not', async () => {
    await using disk = await makeDisk('ext4', 24 * MIB)
    await using place = await startFolderPlace(disk.path)
    await place.destination.put('backup/file', blob(bytesOf(10)), labelsOf(), signal)
    await disk.remount('ro')
    const again = place.again()
    for (const destination of [place.destination, again]) {
      await expectStored(destination, 'backup/file', bytesOf(10))
      expect(await keysIn(destination)).toEqual(['backup/file'])
      for (const size of [10, 9 * MIB])
        await expect(destination.put('backup/other', blob(bytesOf(size)), labelsOf(), signal)).rejects.toMatchObject({
          code: 'storage/read-only',
        })
      await expect(destination.remove('backup/file', signal)).rejects.toMatchObject({ code: 'storage/read-only' })
      const failed = (await destination.check(signal)).filter(({ ok }) => !ok)
      expect(failed.map(({ step }) => step)).toEqual(['write'])
      expect(failed[0]?.message).toContain('read-only')
    }
    await disk.remount('rw')
    await place.destination.put('backup/other', blob(bytesOf(10)), labelsOf(), signal)
  })

  test('a disk that is not mounted is an outage for every operation, and all is there when it is back', async () => {
    await using disk = await makeDisk('ext4', 24 * MIB)
    await using place = await startFolderPlace(disk.path, { path: disk.path })
    const { destination } = place
    const { marker } = destination.keys
    await destination.put(marker, blob(Buffer.from('{"id":"m1","lease":"l1"}')), labelsOf(), signal)
    await destination.put('backup/file', blob(bytesOf(10)), labelsOf(), signal)
    await rm(join(disk.path, 'copies'), { recursive: true, force: true })
    await disk.unmount()
    const calls: (() => Promise<unknown>)[] = [
      () => destination.head('backup/file', signal),
      () => keysIn(destination),
      () => destination.put('backup/file', blob(bytesOf(20)), labelsOf('r2'), signal),
      () => destination.open({ key: 'backup/file', versionId: null, size: 10 }, 0, signal),
      () => destination.remove('backup/file', signal),
      () => destination.can.copy({ key: 'backup/file', versionId: null, size: 10 }, 'backup/b', null, signal),
      () => destination.can.abandonUploads(new Set(), [], signal),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'storage/not-mounted' })
    expect((await destination.check(signal)).map(({ step, ok }) => [step, ok])).toEqual([['reach the folder', false]])
    expect(await readdir(disk.path)).toEqual([])
    await disk.mount()
    await expectStored(destination, 'backup/file', bytesOf(10))
  })

  test.each(['exFAT', 'NTFS'] as const)(
    'on %s, names that differ in case alone are kept apart, also after a mount',
    async (kind) => {
      await using disk = await makeDisk(kind, 64 * MIB)
      await using place = await startFolderPlace(disk.path, { path: disk.path })
      const keys = [
        'backup/A.txt',
        'backup/a.txt',
        'backup/É',
        'backup/é',
        'backup/Ordner/x',
        'backup/ordner/x',
        'backup/what?',
        'backup/dot.',
      ]
      for (const key of keys) await place.destination.put(key, blob(Buffer.from(key)), labelsOf(), signal)
      const check = async (destination = place.destination) => {
        expect((await keysIn(destination)).sort()).toEqual([...keys].sort())
        for (const key of keys) expect(String(await read(destination, key))).toBe(key)
      }
      await check()
      await disk.unmount()
      await disk.mount()
      await check(place.again())
      // Each can be replaced, copied and removed without the other.
      const again = place.again()
      await again.put('backup/A.txt', blob(Buffer.from('new')), labelsOf('r2'), signal)
      expect(String(await read(again, 'backup/a.txt'))).toBe('backup/a.txt')
      await again.can.copy({ key: 'backup/a.txt', versionId: null, size: 12 }, 'backup/moved', labelsOf(), signal)
      await again.remove('backup/a.txt', signal)
      expect(String(await read(again, 'backup/A.txt'))).toBe('new')
      expect(String(await read(again, 'backup/moved'))).toBe('backup/a.txt')
      expect(await again.head('backup/a.txt', signal)).toBeNull()
    },
  )
})
