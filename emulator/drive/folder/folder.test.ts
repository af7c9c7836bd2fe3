import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiClient } from '../api-client.ts'
import { startDrive } from '../index.ts'

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'served-folder-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test('a real folder is served with its bytes, times and folders', async () => {
  await using folder = await tempFolder()
  await mkdir(join(folder.path, 'docs/deep'), { recursive: true })
  await mkdir(join(folder.path, '.git'))
  await writeFile(join(folder.path, '.git/HEAD'), 'ref')
  await writeFile(join(folder.path, 'docs/deep/a.txt'), 'hello')
  await writeFile(join(folder.path, 'empty'), '')
  await symlink('empty', join(folder.path, 'link'))
  await using drive = await startDrive({ folder: folder.path })
  const { get, bytes, names } = apiClient(drive)
  expect((await names('')).sort()).toEqual(['a.txt', 'deep', 'docs', 'empty'])
  const { id } = drive.find('a.txt')
  expect((await bytes(`files/${id}?alt=media`)).bytes.toString()).toBe('hello')
  expect((await bytes(`files/${id}?alt=media`, { range: 'bytes=1-3' })).bytes.toString()).toBe('ell')
  expect(await get(`files/${id}?fields=md5Checksum,size`)).toEqual({
    size: '5',
    md5Checksum: '5d41402abc4b2a76b9719d911017c592',
  })
  await using again = await startDrive({ folder: { path: folder.path, skip: [] } })
  expect(again.find('a.txt').id).toBe(id)
  expect(again.find('HEAD').content?.size).toBe(3)
})

test('what happens on disk appears in the change log; renames keep the id', async () => {
  await using folder = await tempFolder()
  const at = (path: string): string => join(folder.path, path)
  await mkdir(at('old'))
  for (const name of ['old/inside.txt', 'edited.txt', 'removed.txt', 'renamed.txt']) await writeFile(at(name), name)
  await using drive = await startDrive({ folder: folder.path })
  const { get } = apiClient(drive)
  const ids = Object.fromEntries(
    ['inside.txt', 'edited.txt', 'removed.txt', 'renamed.txt', 'old'].map((name) => [name, drive.find(name).id]),
  )
  let { startPageToken: token } = await get('changes/startPageToken')
  const changed = async (): Promise<Record<string, string>> => {
    await drive.folder?.rescan()
    const page = await get(`changes?pageToken=${token}&fields=*`)
    token = page.newStartPageToken
    return Object.fromEntries(
      page.changes.map((change: { fileId: string; file?: { name: string } }) => [
        change.fileId,
        change.file?.name ?? 'gone',
      ]),
    )
  }
  expect(await changed()).toEqual({})
  await writeFile(at('edited.txt'), 'longer than before')
  await writeFile(at('new.txt'), 'new')
  await rm(at('removed.txt'))
  await rename(at('renamed.txt'), at('old/with a new name.txt'))
  const first = await changed()
  expect(first).toEqual({
    [String(ids['edited.txt'])]: 'edited.txt',
    [drive.find('new.txt').id]: 'new.txt',
    [String(ids['removed.txt'])]: 'gone',
    [String(ids['renamed.txt'])]: 'with a new name.txt',
  })
  await rename(at('old'), at('moved'))
  expect(await changed()).toEqual({ [String(ids.old)]: 'moved' })
  expect(drive.item(String(ids['inside.txt'])).parents).toEqual([ids.old])
  await rm(at('moved'), { recursive: true })
  expect(Object.values(await changed())).toEqual(['gone', 'gone', 'gone'])
})

test('changes are noticed without being asked for', async () => {
  await using folder = await tempFolder()
  await using drive = await startDrive({ folder: { path: folder.path, settleMs: 10 } })
  const log = drive.store.log(drive.store.primary.email)
  const noticed = new Promise<void>((resolve) => log.onAppend(() => resolve()))
  await writeFile(join(folder.path, 'new.txt'), 'x')
  await noticed
  expect(drive.find('new.txt').content?.size).toBe(1)
})
