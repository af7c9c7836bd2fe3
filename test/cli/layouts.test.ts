import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Installation, until } from './drivekeep.ts'

/** Layouts and folders, through the command line and a real daemon. */

interface Status {
  coverage: number | null
  destinations: { name: string; outage: { fault: string } | null }[]
}

/** What is in the drive, all in one folder: path → text. */
const FILES = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`folder/${i}.txt`, `content ${i}`]))

async function start(): Promise<Installation & { inDrive: string }> {
  const one = await Installation.start()
  const id = one.drive.create({ name: 'folder', mimeType: 'application/vnd.google-apps.folder' })
  for (const [path, content] of Object.entries(FILES))
    one.drive.create({ name: path.slice('folder/'.length), content, parent: id })
  return Object.assign(one, { inDrive: id })
}

/** The installation with a second destination, a folder. */
async function withDisk(): Promise<Installation & { disk: string }> {
  const one = await start()
  const disk = join(one.folder, 'disk')
  mkdirSync(disk)
  const { accessKeyId, secretAccessKey } = one.s3.credentials
  const bucket = { bucket: 'backup', endpoint: one.s3.url, force_path_style: true }
  const keys = { access_key_id: accessKeyId, secret_access_key: secretAccessKey }
  one.configure({
    sync: { retry_attempts: 50 },
    top: { destinations: { aws_s3: { ...bucket, ...keys }, disk: { type: 'folder', path: 'disk' } } },
  })
  return Object.assign(one, { disk })
}

const keysOf = async (one: Installation) => (await one.objects()).map(({ key }) => key)
const inLayoutId = async (one: Installation) => (await keysOf(one)).filter((key) => key.startsWith('files/')).length

/** What a folder holds below the account: path → text. */
function onDisk(disk: string): Record<string, string> {
  const account = join(disk, 'owner@example.com')
  const files = readdirSync(account, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(account.length + 1), readFileSync(path, 'utf8')]
    }),
  )
}

test('a destination is converted to the other layout without a download, and back again', async () => {
  await using one = await start()
  await one.run(['sync'])
  const downloads = one.drive.requests.total
  const convert = (to: string) => one.run(['destination', 'convert', 'aws_s3', '--to', to])
  const { code, stdout } = await convert('id')
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('each copy gets its new key at the next `drivekeep start` or `drivekeep sync`'),
  ])
  expect((await one.run(['config', 'check'])).stdout).toContain('layout id')
  expect((await one.run(['sync'])).code).toBe(0)
  expect(await inLayoutId(one)).toBe(60)
  expect((await keysOf(one)).length).toBe(60)
  // The change feed alone was asked.
  expect(one.drive.requests.total - downloads).toBeLessThanOrEqual(3)
  expect((await convert('id')).stdout).toContain('has layout id already')
  // A rename changes nothing at storage then.
  one.drive.rename(one.inDrive, 'renamed')
  const before = one.puts()
  expect((await one.run(['sync'])).code).toBe(0)
  expect([one.puts(), await inLayoutId(one)]).toEqual([before, 60])
  await convert('mirror')
  await one.run(['sync'])
  expect(await one.stored()).toEqual(
    Object.fromEntries(Object.entries(FILES).map(([path, text]) => [path.replace('folder', 'renamed'), text])),
  )
})

test('a daemon converts beside its work; killed in the middle, it goes on where it was', async () => {
  await using one = await start()
  const daemon = await one.daemon()
  await until(async () => (await keysOf(one)).length === 60)
  // Half of the copies hang.
  one.s3.faults.add({ match: { operation: 'CopyObject' }, fault: { kind: 'stall' }, probability: 0.5, seed: 1 })
  expect((await one.run(['destination', 'convert', 'aws_s3', '--to', 'id'])).stdout).toContain('now, by the daemon')
  await until(async () => (await inLayoutId(one)) >= 5)
  daemon.kill('SIGKILL')
  await daemon.ended
  expect(await inLayoutId(one)).toBeLessThan(60)
  one.s3.faults.clear()
  await one.daemon()
  await until(async () => (await inLayoutId(one)) === 60 && (await keysOf(one)).length === 60)
  await until(async () => (await one.json<Status>('status')).coverage === 1)
})

test('another layout in the configuration without the command is refused, and says what to do', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  await one.run(['sync'])
  one.configure({ bucket: { layout: 'id' } })
  const { code, stderr } = await one.run(['sync'])
  expect(code).not.toBe(0)
  expect(stderr).toContain('drivekeep destination convert aws_s3 --to id')
  expect(await one.stored()).toEqual({ 'a.txt': 'one' })
  const { code: none, stderr: unknown } = await one.run(['destination', 'convert', 'nowhere', '--to', 'id'])
  expect([none, unknown]).toEqual([1, expect.stringContaining('Known are: aws_s3.')])
})

test('a folder gets what the bucket gets; while it is not mounted files wait, and nothing is written there', async () => {
  await using one = await withDisk()
  await one.daemon()
  const status = () => one.json<Status>('status')
  await until(async () => (await status()).coverage === 1)
  expect(onDisk(one.disk)).toEqual(FILES)
  // An unmounted disk leaves an empty folder behind.
  renameSync(one.disk, `${one.disk}.away`)
  mkdirSync(one.disk)
  one.drive.create({ name: 'later.txt', content: 'later' })
  await until(async () => {
    const { destinations } = await status()
    return destinations.find(({ name }) => name === 'disk')?.outage?.fault === 'storage/not-mounted'
  })
  await until(async () => 'later.txt' in (await one.stored()))
  expect(readdirSync(one.disk)).toEqual([])
  expect((await one.run(['doctor'])).stdout).toContain('the folder is not the one that was backed up to')
  rmSync(one.disk, { recursive: true })
  renameSync(`${one.disk}.away`, one.disk)
  await one.run(['retry', '--all'])
  await until(async () => (await status()).coverage === 1)
  expect(onDisk(one.disk)).toEqual({ ...FILES, 'later.txt': 'later' })
})

test('a daemon that is killed while it writes to a folder leaves nothing half written, and goes on', async () => {
  await using one = await withDisk()
  const more = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}`, 'x'.repeat(20_000 + i)]))
  for (const [name, content] of Object.entries(more)) one.drive.create({ name, content })
  const written = () => (readdirSync(one.disk).includes('owner@example.com') ? Object.keys(onDisk(one.disk)).length : 0)
  for (const files of [20, 80, 140, 200]) {
    const daemon = await one.daemon()
    await until(() => written() >= files)
    daemon.kill('SIGKILL')
    await daemon.ended
    for (const [path, text] of Object.entries(onDisk(one.disk))) expect(text).toBe(FILES[path] ?? more[path])
  }
  expect((await one.run(['sync'])).code).toBe(0)
  expect(onDisk(one.disk)).toEqual({ ...FILES, ...more })
})
