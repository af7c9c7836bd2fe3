import { createHash } from 'node:crypto'
import {
  appendFile,
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiClient, type Json } from '../api-client.ts'
import { type DriveEmulator, startDrive } from '../index.ts'

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'served-folder-'))
  return {
    path,
    at: (name: string): string => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** Follows the changes as a backup does, and reads a file again only when its head revision is another than before. */
async function follower(drive: DriveEmulator) {
  const { get, bytes } = apiClient(drive)
  const fields = 'id,name,version,headRevisionId,md5Checksum'
  const known = new Map<string, { name: string; version: number; head: string; text: string | null }>()
  let token: string = (await get('changes/startPageToken')).startPageToken
  const see = async (file: Json): Promise<void> => {
    const before = known.get(file.id)
    const version = Number(file.version)
    if (before && version < before.version) return
    const same = before?.head === file.headRevisionId && before?.text !== null
    known.set(file.id, {
      name: file.name,
      version,
      head: file.headRevisionId,
      text: same && before ? before.text : await read(file),
    })
  }
  /** Null: the bytes are not those that were announced, so another change must follow. */
  const read = async (file: Json): Promise<string | null> => {
    try {
      const read = (await bytes(`files/${file.id}?alt=media`)).bytes
      return createHash('md5').update(read).digest('hex') === file.md5Checksum ? read.toString() : null
    } catch {
      return null
    }
  }
  for (const file of (await get(`files?fields=files(${fields})&pageSize=1000`)).files) await see(file)
  return {
    /** Up to now: the ids of what was removed. */
    async follow(): Promise<string[]> {
      const removed: string[] = []
      for (let next: string | undefined = token; next !== undefined; ) {
        const page: Json = await get(
          `changes?pageToken=${next}&fields=nextPageToken,newStartPageToken,changes(fileId,removed,file(${fields}))`,
        )
        for (const change of page.changes) {
          if (!change.removed) await see(change.file)
          else if (known.delete(change.fileId)) removed.push(change.fileId)
        }
        token = page.newStartPageToken ?? token
        next = page.nextPageToken
      }
      return removed
    },
    known: () => Object.fromEntries([...known.values()].map(({ name, text }) => [name, text])),
  }
}

async function contentsOf(path: string): Promise<Record<string, string>> {
  const names = await readdir(path)
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(path, name), 'utf8')])),
  )
}

test('a file made again under the same path is another item', async () => {
  await using folder = await tempFolder()
  await writeFile(folder.at('a.txt'), 'one')
  await using drive = await startDrive({ folder: folder.path })
  const client = await follower(drive)
  const ids = new Set<string>()
  const heads = new Set<string>()
  for (const text of ['two', 'six', 'ten', 'one']) {
    const before = drive.find('a.txt')
    ids.add(before.id)
    heads.add(String(before.headRevisionId))
    await rm(folder.at('a.txt'))
    await writeFile(folder.at('a.txt'), text)
    await drive.folder?.rescan()
    expect(await client.follow()).toEqual([before.id])
    expect(client.known()).toEqual({ 'a.txt': text })
  }
  ids.add(drive.find('a.txt').id)
  heads.add(String(drive.find('a.txt').headRevisionId))
  expect([ids.size, heads.size]).toEqual([5, 5])
})

test('over a restart what is unchanged stays, and what was changed or made again meanwhile is told apart', async () => {
  await using folder = await tempFolder()
  const names = ['edited', 'forged', 'made again', 'renamed', 'same', 'linked', 'linked too']
  await mkdir(folder.at('folder'))
  for (const name of names.slice(0, 6)) await writeFile(folder.at(name), 'old')
  await link(folder.at('linked'), folder.at('linked too'))
  const { mtime } = await stat(folder.at('forged'))
  const seen = async (...asked: string[]): Promise<Json> => {
    await using drive = await startDrive({ folder: folder.path })
    return asked.map((name) => {
      const { id, headRevisionId, version } = drive.find(name)
      return { id, headRevisionId, version }
    })
  }
  const before = await seen('folder', ...names)
  await writeFile(folder.at('edited'), 'new')
  await writeFile(folder.at('forged'), 'new')
  await utimes(folder.at('forged'), mtime, mtime)
  await rm(folder.at('made again'))
  await writeFile(folder.at('made again'), 'new')
  await rename(folder.at('renamed'), folder.at('renamed since'))
  const after = await seen('folder', ...names.map((name) => (name === 'renamed' ? 'renamed since' : name)))
  const same = (key: string): boolean[] => before.map((item: Json, n: number) => item[key] === after[n][key])
  expect(same('id')).toEqual([true, true, true, false, true, true, true, true])
  expect(same('headRevisionId')).toEqual([true, false, false, false, false, true, true, true])
  for (const [n, item] of before.entries()) expect(after[n].version).toBeGreaterThan(item.version)
})

test('bytes that change behind an unchanged size and time are a new revision; a change of rights is none', async () => {
  await using folder = await tempFolder()
  await writeFile(folder.at('a.txt'), 'one')
  await using drive = await startDrive({ folder: folder.path })
  const client = await follower(drive)
  const { headRevisionId } = drive.find('a.txt')
  await chmod(folder.at('a.txt'), 0o640)
  await drive.folder?.rescan()
  expect(drive.find('a.txt').headRevisionId).toBe(headRevisionId)
  const { mtime } = await stat(folder.at('a.txt'))
  await writeFile(folder.at('a.txt'), 'two')
  await utimes(folder.at('a.txt'), mtime, mtime)
  await drive.folder?.rescan()
  expect(drive.find('a.txt').headRevisionId).not.toBe(headRevisionId)
  await client.follow()
  expect(client.known()).toEqual({ 'a.txt': 'two' })
})

test('files that swap their names keep their ids, and one moved into a new folder is in it', async () => {
  await using folder = await tempFolder()
  for (const name of ['a', 'b', 'c']) await writeFile(folder.at(name), name)
  await using drive = await startDrive({ folder: folder.path })
  const [a, b, c] = ['a', 'b', 'c'].map((name) => drive.find(name).id)
  await rename(folder.at('a'), folder.at('x'))
  await rename(folder.at('b'), folder.at('a'))
  await rename(folder.at('x'), folder.at('b'))
  await mkdir(folder.at('new'))
  await rename(folder.at('c'), folder.at('new/c'))
  await drive.folder?.rescan()
  expect([drive.find('a').id, drive.find('b').id, drive.find('c').id]).toEqual([b, a, c])
  expect(drive.find('c').parents).toEqual([drive.find('new').id])
  expect((await drive.content(String(a))).toString()).toBe('a')
})

test('who follows the changes knows the folder in the end, however quickly files are made, changed and made again', async () => {
  await using folder = await tempFolder()
  const names = Array.from({ length: 200 }, (_, n) => `file ${n}`)
  for (const name of names) await writeFile(folder.at(name), 'begun')
  await using drive = await startDrive({ folder: { path: folder.path, settleMs: 5 } })
  const client = await follower(drive)
  let busy = true
  const life = (async () => {
    for (let round = 0; round < 3; round++) {
      for (const name of names) {
        await appendFile(folder.at(name), '+')
        await rm(folder.at(name))
        await writeFile(folder.at(name), `new ${round}`) // of the same length each time
      }
      await rm(folder.at(`file ${round}`))
    }
    busy = false
  })()
  while (busy) await client.follow()
  await life
  await drive.folder?.rescan()
  await client.follow()
  expect(client.known()).toEqual(await contentsOf(folder.path))
})

test('what happens in a folder made a moment ago is noticed without being asked for', async () => {
  await using folder = await tempFolder()
  await using drive = await startDrive({ folder: { path: folder.path, settleMs: 5 } })
  await mkdir(folder.at('a/b/c'), { recursive: true })
  await writeFile(folder.at('a/b/c/deep.txt'), 'one')
  await rename(folder.at('a'), folder.at('z'))
  await expect.poll(() => drive.find('deep.txt').content?.size).toBe(3)
  await writeFile(folder.at('z/b/c/deep.txt'), 'longer')
  await expect.poll(() => drive.find('deep.txt').content?.size).toBe(6)
  expect(drive.find('z').id).toBeDefined()
})
