import { expect, test } from 'vitest'
import { Installation } from './drivekeep.ts'

interface Past {
  path: string
  kind: string
  size: number | null
  trashed: boolean
}

/** The moment between what was done before and what is done after, as people write it. */
async function moment(): Promise<string> {
  const tick = () => new Promise((resolve) => setTimeout(resolve, 2))
  await tick()
  const now = new Date().toISOString()
  await tick()
  return now
}

test('ls --at shows the drive as it was, and history what became of one file', async () => {
  await using one = await Installation.start()
  const before = await moment()
  const folder = one.drive.create({ name: 'Reports', mimeType: 'application/vnd.google-apps.folder' })
  const file = one.drive.create({ name: 'q1.txt', parent: folder, content: 'one' })
  const other = one.drive.create({ name: 'q2.txt', parent: folder, content: 'two' })
  await one.run(['sync'])
  const first = await moment()
  one.drive.rename(folder, 'Old reports')
  one.drive.edit(file, 'something longer')
  one.drive.trash(other)
  await one.run(['sync'])
  const second = await moment()

  const ls = (...args: string[]) => one.json<Past[]>('ls', ...args)
  expect(await ls('-R', '--at', first)).toMatchObject([
    { path: 'Reports', kind: 'folder' },
    { path: 'Reports/q1.txt', size: 3, trashed: false },
    { path: 'Reports/q2.txt', size: 3, trashed: false },
  ])
  expect(await ls('Old reports', '--at', second)).toMatchObject([
    { path: 'Old reports/q1.txt', size: 16 },
    { path: 'Old reports/q2.txt', trashed: true },
  ])
  expect((await one.run(['ls', 'Reports/q1.txt', '--at', first])).stdout).toMatch(/^ +3 B {2}.* {2}q1\.txt\n$/)
  expect((await one.run(['ls', '--at', second, 'Old reports'])).stdout).toContain('q2.txt  (in the trash)')

  const { stdout } = await one.run(['history', 'Old reports/q1.txt'])
  expect(stdout).toMatch(/^Old reports\/q1\.txt \(id .*\), first seen .*\n\nWhere it was:\n/)
  expect(stdout).toMatch(/What it held:\n {2}since .* {2}16 B {2}at aws_s3\n {2}since .* {2}3 B {2}at aws_s3\n$/)
  const told = await one.json<{ placements: { name: string; folder: string }[] }>('history', folder)
  expect(told.placements.map(({ name }) => name)).toEqual(['Old reports', 'Reports'])
  expect((await one.run(['history', 'Old reports/q2.txt'])).stdout).toContain('in the trash')

  const refused = async (...args: string[]) => {
    const { code, stderr } = await one.run(args)
    return [code, stderr]
  }
  expect(await refused('ls', '--at', before)).toEqual([1, expect.stringContaining('nothing is known of that moment')])
  expect(await refused('ls', '--at', '2999-01-01')).toEqual([1, expect.stringContaining('in the future')])
  expect(await refused('ls', '--at', 'yesterday')).toEqual([1, expect.stringContaining('Write it like 2026-11-30')])
  expect(await refused('ls', 'Old reports', '--at', first)).toEqual([
    1,
    expect.stringContaining('nothing had the path "Old reports" at that moment'),
  ])
  expect(await refused('history', 'nothing')).toEqual([1, expect.stringContaining('nothing in the catalog')])
})
