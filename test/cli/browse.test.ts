import { expect, test } from 'vitest'
import { Installation } from './drivekeep.ts'

const FOLDER = 'application/vnd.google-apps.folder'

interface Listed {
  id: string
  path: string
  name: string
  kind: string
  size: number | null
  status: string
  reason: string | null
  trashed: boolean
  removed: string | null
}

/** A small drive, backed up once. */
async function browsable() {
  const one = await Installation.start({ drive: { files: { 'a.txt': 'one', 'b.tmp': 'two' } } })
  const folder = one.drive.create({ name: 'Reports', mimeType: FOLDER })
  const inner = one.drive.create({ name: '2026', parent: folder, mimeType: FOLDER })
  one.drive.create({ name: 'q1.txt', parent: inner, content: 'figures' })
  const twins = [1, 2].map((n) => one.drive.create({ name: 'twin.txt', parent: folder, content: `twin ${n}` }))
  await one.run(['sync'])
  return { one, folder, inner, twins }
}

test('ls lists the top, a folder, everything below, and one file', async () => {
  const { one, inner } = await browsable()
  await using _ = one
  const paths = async (...args: string[]) => (await one.json<Listed[]>('ls', ...args)).map(({ path }) => path).sort()
  expect(await paths()).toEqual(['Reports', 'a.txt', 'b.tmp'])
  expect(await paths('/Reports/')).toEqual(['Reports/2026', 'Reports/twin.txt', 'Reports/twin.txt'])
  expect(await paths('-R', 'Reports')).toContain('Reports/2026/q1.txt')
  expect(await paths('Reports/2026/q1.txt')).toEqual(['Reports/2026/q1.txt'])
  expect(await paths(inner)).toEqual(['Reports/2026/q1.txt'])
  const { stdout } = await one.run(['ls'])
  expect(stdout).toMatch(
    /^folder +- {2}[\d-]{10} [\d:]{5} {2}Reports\/\nsynced +3 B {2}.* {2}a\.txt\nskipped +3 B .*b\.tmp {2}\(excluded\)\n$/,
  )
})

test('ls tells items with one path apart by their ids', async () => {
  const { one, twins } = await browsable()
  await using _ = one
  const found = await one.json<Listed[]>('ls', 'Reports/twin.txt')
  expect(found.map(({ id }) => id).sort()).toEqual([...twins].sort())
  const { stdout } = await one.run(['ls', 'Reports'])
  expect(stdout).toMatch(new RegExp(`twin\\.txt {2}\\(id (${twins.join('|')})\\)`))
})

test('ls shows what is in the trash or deleted, and names with control characters escaped', async () => {
  await using one = await Installation.start({
    drive: { files: { 'trashed.txt': 'x', 'deleted.txt': 'y', 'line\nbreak\u001b[31m.txt': 'z' } },
  })
  await one.run(['sync'])
  one.drive.trash(one.drive.find('trashed.txt').id)
  one.drive.remove(one.drive.find('deleted.txt').id)
  await one.run(['sync'])
  const { stdout } = await one.run(['ls'])
  expect(stdout).toContain('line\\nbreak\\x1b[31m.txt')
  expect(stdout).toMatch(/trashed\.txt {2}\(in the trash\)/)
  expect(stdout).toMatch(/deleted\.txt {2}\(deleted in Drive, copies kept\)/)
  expect(stdout.trimEnd().split('\n')).toHaveLength(3)
})

test('ls of an empty catalog lists nothing, and of what is not there says so', async () => {
  await using one = await Installation.start()
  expect(await one.run(['ls'])).toMatchObject({ code: 0, stdout: '' })
  expect(await one.json('ls')).toEqual([])
  const { code, stderr } = await one.run(['ls', 'nowhere/x'])
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^drivekeep: nothing in the catalog has the path or id "nowhere\/x"/),
  ])
})

test('failures groups what is not protected by its fault, with the hint', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': '1', 'b.txt': '2', 'c.txt': '3' } } })
  for (const name of ['a.txt', 'b.txt']) {
    const match = { name: 'files.media', fileId: one.drive.find(name).id }
    one.drive.faults.add({ match, fault: { kind: 'error', status: 403, reason: 'downloadQuotaExceeded' } })
  }
  expect((await one.run(['sync'])).code).toBe(3)
  const groups =
    await one.json<{ fault: string; hint: string; files: { path: string; status: string }[] }[]>('failures')
  expect(groups).toMatchObject([
    {
      fault: 'drive/download-quota',
      hint: expect.stringContaining('tomorrow'),
      files: [{ path: 'a.txt', status: 'failed' }, { path: 'b.txt' }],
    },
  ])
  const { stdout } = await one.run(['failures'])
  expect(stdout).toMatch(
    /^2 files: .*\[drive\/download-quota\]\n {2}"403 .*"\n {2}→ .*tomorrow.*\n {2}a\.txt .*\n {2}b\.txt /,
  )

  one.drive.faults.clear()
  expect((await one.run(['retry', '/a.txt'])).stdout).toMatch(/^1 file will be tried again in the next/)
  expect((await one.run(['sync'])).code).toBe(3)
  expect((await one.run(['retry', '--all'])).stdout).toMatch(/^1 file will/)
  expect((await one.run(['sync'])).code).toBe(0)
  expect((await one.run(['failures'])).stdout).toBe('Nothing has failed.\n')
})

test('retry wants to know what, and says when there is nothing of the kind', async () => {
  await using one = await Installation.start()
  for (const args of [['retry'], ['retry', 'a.txt', '--all']])
    expect(await one.run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('with --all') })
  expect(await one.run(['retry', 'a.txt'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no failed file'),
  })
  expect(await one.run(['retry', '--all'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Nothing has failed'),
  })
})

test('status before the first cycle at Drive says that nothing is known', async () => {
  await using one = await Installation.start()
  const { code, stdout } = await one.run(['status'])
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^⚪ Stopped: no daemon runs\n\nCoverage: +not scanned yet\n/),
  ])
  expect(one.drive.requests.total + one.s3.requests.total).toBe(0)
})
