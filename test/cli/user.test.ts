import { expect, test } from 'vitest'
import { Installation } from './drivekeep.ts'

interface Listed {
  name: string
  role: string
  last_seen_at: string | null
}

const PASSWORD = 'correct horse battery staple'

test('users are added, listed, given another password and removed', async () => {
  await using one = await Installation.start()
  const run = (...args: string[]) => one.run(['user', ...args], { stdin: `${PASSWORD}\n` })
  expect(await run('list')).toMatchObject({ code: 0, stdout: expect.stringContaining('There is no user yet') })
  expect(await run('add', 'anna', '--role', 'admin', '--password-stdin')).toMatchObject({
    code: 0,
    stdout: 'Added anna as admin.\n',
  })
  const made = await one.run(['user', 'add', 'ben'])
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Added ben as viewer\. The password is \S{24} /),
  })
  expect(await one.json<Listed[]>('user', 'list')).toMatchObject([
    { name: 'anna', role: 'admin', last_seen_at: null },
    { name: 'ben', role: 'viewer', last_seen_at: null },
  ])
  expect((await run('list')).stdout).toMatch(/admin {5}anna {2}never seen\nviewer {4}ben/)
  expect(await run('password', 'BEN', '--password-stdin')).toMatchObject({
    code: 0,
    stdout: 'ben has a new password, and is signed out everywhere.\n',
  })
  expect(await run('remove', 'ben')).toMatchObject({ code: 0, stdout: expect.stringContaining('Removed ben') })
  expect(await one.json<Listed[]>('user', 'list')).toHaveLength(1)
})

test('what cannot be is said with a remedy: a name that is taken or impossible, an unknown user, the last admin', async () => {
  await using one = await Installation.start()
  const run = async (...args: string[]) => {
    const { code, stderr } = await one.run(['user', ...args], { stdin: `${PASSWORD}\n` })
    return [code, stderr]
  }
  await run('add', 'anna', '--role', 'admin')
  expect(await run('add', 'Anna')).toEqual([1, expect.stringContaining('`drivekeep user password Anna`')])
  expect(await run('add', 'a\nb')).toEqual([2, expect.stringContaining('"a\\nb" is no name for a user')])
  expect(await run('password', 'ben')).toEqual([1, expect.stringContaining('There is: anna')])
  expect(await run('remove', 'anna')).toEqual([1, expect.stringContaining('is the last admin')])
  expect(await run('add', 'ben', '--role', 'king')).toEqual([2, expect.stringContaining('viewer, operator, admin')])
})
