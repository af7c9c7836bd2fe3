import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { apiClient, type Json } from '../api-client.ts'
import { startDrive } from '../index.ts'
import { FolderError } from './folder.ts'
import { leftOutInWords } from './folder-left-out.ts'

const PROGRAM = new URL('../main.ts', import.meta.url).pathname
/** Root may read everything: as root the program runs as `nobody`, where that user can run it. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
const ORDINARY_USER = spawnSync(process.execPath, [PROGRAM, '--help'], NOBODY).status === 0

async function tempFolder() {
  const path = await mkdtemp(join(tmpdir(), 'served-folder-'))
  await chmod(path, 0o755)
  return {
    path,
    at: (name: string): string => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

test('what cannot be served is counted by reason, and told when it changes', async () => {
  await using folder = await tempFolder()
  const lines: string[] = []
  await writeFile(folder.at('served \u{1f642}.txt'), 'x')
  for (const name of ['.git', 'node_modules', 'closed', 'closed/inside']) await mkdir(folder.at(name))
  for (const name of ['a', 'b']) await symlink(name, folder.at(name))
  await writeFile(Buffer.concat([Buffer.from(folder.at('caf')), Buffer.from([0xe9])]), 'x')
  execFileSync('mkfifo', [folder.at('pipe')])
  await using socket = createServer().listen(folder.at('socket'))
  await once(socket, 'listening')
  let closed = true
  await using drive = await startDrive({
    folder: {
      path: folder.path,
      say: (line) => lines.push(line),
      mayRead: async (path) => !closed || path !== folder.at('closed'),
    },
  })
  expect((await apiClient(drive).names('')).sort()).toEqual(['closed', 'served \u{1f642}.txt'])
  expect(drive.folder?.leftOut).toEqual({
    closedFolder: 1,
    namedPipe: 1,
    notUtf8: 1,
    skipped: 2,
    socket: 1,
    symbolicLink: 2,
  })
  expect(await (await fetch(`${drive.url}/_emulator/folder`)).json()).toEqual({
    path: folder.path,
    leftOut: drive.folder?.leftOut,
  })
  await drive.folder?.rescan()
  closed = false
  await rm(folder.at('a'))
  await drive.folder?.rescan()
  const rest = '1 named pipe, 1 socket'
  expect(lines).toEqual([
    `Drive emulator: left out: 1 name that is not UTF-8, 2 symbolic links, ${rest}, 1 folder that cannot be read, 2 names that are skipped on purpose`,
    `Drive emulator: left out: 1 name that is not UTF-8, 1 symbolic link, ${rest}, 2 names that are skipped on purpose`,
  ])
  expect(drive.find('inside').parents).toEqual([drive.find('closed').id])
  expect(leftOutInWords({})).toBe('')
})

test('a file that may not be read may not be downloaded, until the right comes back', async () => {
  await using folder = await tempFolder()
  await writeFile(folder.at('closed.txt'), 'secret')
  let closed = true
  await using drive = await startDrive({
    folder: { path: folder.path, mayRead: async (_path, kind) => kind === 'folder' || !closed },
  })
  const { id } = drive.find('closed.txt')
  const { ask, get, bytes } = apiClient(drive)
  const may = async (): Promise<Json> =>
    (await get(`files/${id}?fields=capabilities(canDownload)`)).capabilities.canDownload
  expect(await may()).toBe(false)
  const refused = await ask(`files/${id}?alt=media`)
  expect([refused.status, refused.body.error.errors[0].reason]).toEqual([403, 'cannotDownloadFile'])
  const { startPageToken } = await get('changes/startPageToken')
  closed = false
  await drive.folder?.rescan()
  const { changes } = await get(
    `changes?pageToken=${startPageToken}&fields=changes(file(id,capabilities(canDownload)))`,
  )
  expect(changes).toEqual([{ file: { id, capabilities: { canDownload: true } } }])
  expect((await bytes(`files/${id}?alt=media`)).bytes.toString()).toBe('secret')
})

test.skipIf(!ORDINARY_USER)(
  'the rights are those of the user who runs the program (skipped where root alone can run it)',
  async () => {
    await using folder = await tempFolder()
    await writeFile(folder.at('open.txt'), 'open')
    await writeFile(folder.at('closed.txt'), 'closed', { mode: 0 })
    await mkdir(folder.at('closed'))
    await chmod(folder.at('closed'), 0)
    const child: ChildProcess = spawn(process.execPath, [PROGRAM, '--json', '--folder', folder.path], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...NOBODY,
    })
    if (!child.stdout || !child.stderr) throw new Error('no output')
    try {
      const [[told], [ready]] = await Promise.all([
        once(createInterface(child.stderr), 'line'),
        once(createInterface(child.stdout), 'line'),
      ])
      expect(told).toBe('Drive emulator: left out: 1 folder that cannot be read')
      const { url } = JSON.parse(ready)
      const downloadable = async (): Promise<Json> => {
        const lines = await (await fetch(`${url}/_emulator/items`)).text()
        const items: Json[] = lines
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
        return Object.fromEntries(items.map(({ name, canDownload }) => [name, canDownload]))
      }
      expect(await downloadable()).toEqual({ 'open.txt': true, 'closed.txt': false, closed: true })
      await chmod(folder.at('closed.txt'), 0o644)
      await expect.poll(downloadable).toEqual({ 'open.txt': true, 'closed.txt': true, closed: true })
    } finally {
      child.kill('SIGTERM')
    }
  },
)

test('what is no folder is an error that names it', async () => {
  await using folder = await tempFolder()
  await writeFile(folder.at('file'), 'x')
  execFileSync('mkfifo', [folder.at('pipe')])
  const refusal = async (path: string): Promise<unknown> => startDrive({ folder: path }).catch((error) => error)
  for (const [path, why] of [
    [folder.at('typo'), 'there is none of this name'],
    [folder.at('file'), 'it is not a folder'],
    [folder.at('pipe'), 'it is not a folder'],
    ['', 'its name is empty'],
  ] as const) {
    expect(await refusal(path)).toEqual(new FolderError(`the folder ${JSON.stringify(path)} cannot be served: ${why}`))
  }
  const program = spawnSync(process.execPath, [PROGRAM, '--folder', folder.at('typo')], { encoding: 'utf8' })
  expect([program.status, program.stderr]).toEqual([2, expect.stringContaining('there is none of this name')])
})
