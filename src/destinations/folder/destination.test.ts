import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { blob, bytesOf, collect, labelsOf } from '../../../test/destinations/bytes.ts'
import { startFolderPlace } from '../../../test/destinations/folder-place.ts'
import { expectStored, keysIn, read } from '../../../test/destinations/stored.ts'
import type { Destination } from '../../backup/model/destination.ts'
import { LabelFiles } from './names/labels.ts'

/** What a folder promises beyond the contract. Disks that are full, read-only or of other kinds: test/servers/folder-disks.test.ts. */

const signal = new AbortController().signal
const MARKER = Buffer.from('{"id":"m1","lease":"l1"}')

const put = (destination: Destination, key: string, text: string, revision = 'r1') =>
  destination.put(key, blob(Buffer.from(text)), labelsOf(revision), signal)

test('copies are plain files under their keys, with the modified time of Drive', async () => {
  await using place = await startFolderPlace()
  await put(place.destination, 'backup/me/Reports/a.txt', 'hello')
  const path = join(place.path, 'backup/me/Reports/a.txt')
  expect(await readFile(path, 'utf8')).toBe('hello')
  expect((await stat(path)).mtimeMs).toBe(labelsOf().modifiedTime)
  await place.destination.remove('backup/me/Reports/a.txt', signal)
  // Folders that are empty then go too.
  expect(await readdir(join(place.path, 'backup'))).toEqual(['.drivekeep'])
})

test('an empty folder in the place of the one that was used is an outage, and nothing is written there', async () => {
  await using place = await startFolderPlace()
  const { destination, path } = place
  await destination.put(destination.keys.marker, blob(MARKER), labelsOf(), signal)
  await put(destination, 'backup/a', 'hello')
  await rename(path, `${path}.away`)
  await expect(destination.head('backup/a', signal)).rejects.toMatchObject({ code: 'storage/not-mounted' })
  await mkdir(path)
  const another = place.again({ marker: 'm1' })
  for (const one of [destination, another]) {
    await expect(put(one, 'backup/b', 'x')).rejects.toMatchObject({ code: 'storage/not-mounted' })
    await expect(keysIn(one)).rejects.toMatchObject({ code: 'storage/not-mounted' })
    await expect(one.head('backup/a', signal)).rejects.toMatchObject({ code: 'storage/not-mounted' })
    await expect(one.remove('backup/a', signal)).rejects.toMatchObject({ code: 'storage/not-mounted' })
  }
  expect(await readdir(path)).toEqual([])
  await rm(path, { recursive: true })
  await rename(`${path}.away`, path)
  expect(String(await read(destination, 'backup/a'))).toBe('hello')
})

test('a folder that is not there, or is a file, or belongs to another destination, is said', async () => {
  await using place = await startFolderPlace()
  const at = (path: string, marker: string | null = null) => place.again({ path, marker })
  await expect(at(join(place.path, 'missing')).head('a', signal)).rejects.toMatchObject({
    code: 'storage/no-folder',
  })
  await writeFile(join(place.path, 'file'), 'x')
  await expect(at(join(place.path, 'file')).head('a', signal)).rejects.toMatchObject({
    code: 'storage/no-folder',
  })
  await place.destination.put(place.destination.keys.marker, blob(MARKER), labelsOf(), signal)
  await expect(at(place.path, 'm2').head('backup/a', signal)).rejects.toMatchObject({
    code: 'storage/other-destination',
  })
})

test('a file that another program edited or replaced is not ours any more, and its ETag says so', async () => {
  await using place = await startFolderPlace()
  const { destination, path } = place
  const { etag } = await put(destination, 'backup/a', 'hello')
  await writeFile(join(path, 'backup/a'), 'other')
  const head = await destination.head('backup/a', signal)
  expect(head).toMatchObject({ size: 5, fileId: null, revision: null, sha256: null })
  expect(head?.etag).not.toBe(etag)
  const from = { key: 'backup/a', versionId: null, size: 5, etag }
  await expect(destination.can.copy(from, 'backup/b', null, signal)).rejects.toMatchObject({
    code: 'storage/replaced',
  })
  for await (const object of destination.list('backup/a', signal)) expect(object.etag).toBe(head?.etag)
  await put(destination, 'backup/a', 'again', 'r2')
  expect(await destination.head('backup/a', signal)).toMatchObject({ revision: 'r2' })
})

test('files that were moved to another disk keep their labels: their content proves them', async () => {
  await using place = await startFolderPlace()
  const { destination, path } = place
  const { etag } = await put(destination, 'backup/a', 'hello')
  const file = join(path, 'backup/a')
  // Another inode, and a time that was rounded to two seconds.
  await rm(file)
  await writeFile(file, 'hello')
  await utimes(file, new Date(labelsOf().modifiedTime - 1000), new Date(labelsOf().modifiedTime - 1000))
  expect(await place.again().head('backup/a', signal)).toMatchObject({ etag, revision: 'r1' })
  await rm(file)
  await writeFile(file, 'olleh')
  await utimes(file, new Date(labelsOf().modifiedTime - 500), new Date(labelsOf().modifiedTime - 500))
  expect(await place.again().head('backup/a', signal)).toMatchObject({ fileId: null })
})

test('a run that died between the label and the file leaves the file that was there as it was', async () => {
  await using place = await startFolderPlace()
  const { destination, path } = place
  const { etag } = await put(destination, 'backup/a', 'hello')
  // Of the same size and time, as another revision can be.
  const labels = new LabelFiles(join(path, 'backup/.drivekeep/labels'))
  await labels.update('backup/a', ([one]) =>
    one === undefined ? [] : [one, { ...one, etag: 'new', revision: 'r2', sha256: 'f'.repeat(64), ino: '1' }],
  )
  expect(await place.again().head('backup/a', signal)).toMatchObject({ etag, revision: 'r1' })
  for await (const object of place.again().list('backup/a', signal)) expect(object.etag).toBe(etag)
})

test('labels that were lost or damaged make a file another program’s, and it can be replaced', async () => {
  await using place = await startFolderPlace()
  const { destination, path } = place
  await put(destination, 'backup/a', 'hello')
  const folder = join(path, 'backup/.drivekeep/labels')
  for (const entry of await readdir(folder, { recursive: true }))
    if (entry.endsWith('.json')) await writeFile(join(folder, entry), '')
  expect(await destination.head('backup/a', signal)).toMatchObject({ size: 5, fileId: null })
  await put(destination, 'backup/a', 'again', 'r2')
  expect(await destination.head('backup/a', signal)).toMatchObject({ revision: 'r2' })
})

test('a file and a folder of one name are kept apart, whichever comes first', async () => {
  await using place = await startFolderPlace()
  const { destination } = place
  for (const key of ['backup/a', 'backup/a/b', 'backup/c/d', 'backup/c']) await put(destination, key, key)
  for (const key of ['backup/a', 'backup/a/b', 'backup/c/d', 'backup/c'])
    expect(String(await read(place.again(), key))).toBe(key)
  expect(await keysIn(destination)).toEqual(['backup/a', 'backup/a/b', 'backup/c', 'backup/c/d'])
  await destination.remove('backup/a', signal)
  await destination.remove('backup/c/d', signal)
  expect(await keysIn(destination)).toEqual(['backup/a/b', 'backup/c'])
  await put(destination, 'backup/a', 'new')
  await put(destination, 'backup/c/d', 'new')
  expect(await keysIn(destination)).toEqual(['backup/a', 'backup/a/b', 'backup/c', 'backup/c/d'])
})

test('links are not followed: neither read, listed, written through nor removed', async () => {
  await using place = await startFolderPlace()
  const { destination, path } = place
  const elsewhere = join(dirname(path), 'elsewhere')
  await mkdir(elsewhere)
  await writeFile(join(elsewhere, 'secret'), 'secret')
  await mkdir(join(path, 'backup'))
  await symlink(elsewhere, join(path, 'backup/folder'))
  await symlink(join(elsewhere, 'secret'), join(path, 'backup/file'))
  expect(await keysIn(destination)).toEqual([])
  expect(await destination.head('backup/file', signal)).toBeNull()
  await put(destination, 'backup/folder/new', 'hello')
  await put(destination, 'backup/file', 'hello')
  await expect(destination.remove('backup/folder/secret', signal)).rejects.toMatchObject({ code: 'storage/path-taken' })
  expect(await readdir(elsewhere)).toEqual(['secret'])
  expect(await readFile(join(elsewhere, 'secret'), 'utf8')).toBe('secret')
  for (const key of ['backup/folder/new', 'backup/file']) expect(String(await read(destination, key))).toBe('hello')
  expect(await keysIn(destination)).toEqual(['backup/file', 'backup/folder/new'])
})

test('a folder with more names than are held at a time is listed whole and in order', async () => {
  await using place = await startFolderPlace(undefined, { mostNames: 7 })
  const { destination } = place
  const keys = Array.from({ length: 40 }, (_, i) => `backup/many/${(i * 7) % 40}${i % 3 === 0 ? '/x' : ''}`)
  for (const key of keys) await put(destination, key, key)
  const wanted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect(await keysIn(destination)).toEqual(wanted)
  expect(await keysIn(destination, 'backup/many/1')).toEqual(wanted.filter((key) => key.startsWith('backup/many/1')))
})

test('temporary files of runs that died are removed after a day, and not before', async () => {
  await using place = await startFolderPlace()
  await put(place.destination, 'backup/a', 'x')
  const tmp = join(place.path, 'backup/.drivekeep/tmp')
  await writeFile(join(tmp, 'left'), 'x')
  await place.destination.can.abandonUploads(new Set(), [], signal)
  expect(await readdir(tmp)).toEqual(['left'])
  const later = place.again({ now: () => Date.now() + 25 * 60 * 60_000 })
  await later.can.abandonUploads(new Set(), [], signal)
  expect(await readdir(tmp)).toEqual([])
})

test.runIf(process.getuid?.() !== 0)('a folder without the right to write is said', async () => {
  await using place = await startFolderPlace()
  await chmod(place.path, 0o500)
  await expect(put(place.destination, 'backup/a', 'x')).rejects.toMatchObject({ code: 'storage/folder-denied' })
  await chmod(place.path, 0o700)
})

test('a body in one reused buffer is stored as it was', async () => {
  await using place = await startFolderPlace()
  const bytes = bytesOf(300_000)
  const payload = blob(bytes)
  payload.read = async () =>
    (async function* () {
      const buffer = Buffer.alloc(64 * 1024)
      for (let at = 0; at < bytes.length; at += buffer.length) {
        const piece = bytes.subarray(at, at + buffer.length)
        buffer.fill(0).set(piece)
        yield buffer.subarray(0, piece.length)
      }
      buffer.fill(255)
    })()
  await place.destination.put('backup/a', payload, labelsOf(), signal)
  await expectStored(place.destination, 'backup/a', bytes)
  const object = { key: 'backup/a', versionId: null, size: bytes.length }
  expect(await collect(await place.destination.open(object, 5, signal))).toEqual(bytes.subarray(5))
})
