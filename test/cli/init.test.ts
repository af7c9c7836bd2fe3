import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BIN, Installation, Running, type RunOptions } from './drivekeep.ts'

/** An empty folder, in which nothing is configured yet. */
class Empty implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'drivekeep-init-'))
  run(args: string[], options: RunOptions = {}) {
    return new Running(BIN, args, { cwd: this.folder, ...options }).ended
  }
  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }
  async users(): Promise<string[]> {
    const { stdout } = await new Running('sqlite3', ['sync_state.db', 'select name, role, password_hash from users'], {
      cwd: this.folder,
    }).ended
    return stdout.trimEnd().split('\n')
  }
  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }
}

test('init makes configuration, .env, catalog and a first user whose password it shows once', async () => {
  using empty = new Empty()
  const { code, stdout, stderr } = await empty.run(['init'])
  expect([code, stderr]).toEqual([0, ''])
  expect(readdirSync(empty.folder)).toEqual(expect.arrayContaining(['.env', 'config.yaml', 'sync_state.db']))
  expect(statSync(join(empty.folder, '.env')).mode & 0o777).toBe(0o600)
  const password = /user admin, password (\S{24}) /.exec(stdout)?.[1] ?? ''
  expect(password).not.toBe('')
  const [user] = await empty.users()
  expect(user).toMatch(/^admin\|admin\|\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(stdout).toContain('drivekeep doctor')
})

test('what init wrote is valid once the variables it names are set', async () => {
  using empty = new Empty()
  await empty.run(['init'])
  const before = await empty.run(['config', 'check'])
  expect([before.code, before.stderr]).toEqual([2, expect.stringContaining('GOOGLE_REFRESH_TOKEN')])
  writeFileSync(join(empty.folder, '.env'), empty.read('.env').replaceAll(/^(GOOGLE_\w+)=$/gm, '$1=something'))
  const { code, stdout } = await empty.run(['config', 'check'])
  expect([code, stdout]).toEqual([0, expect.stringContaining('config.yaml is valid')])
  expect(stdout).not.toContain('something')
})

test('init again keeps all that is there; --force replaces the files and keeps the old ones beside them', async () => {
  using empty = new Empty()
  await empty.run(['init', '--user', 'anna', '--password-stdin'], { stdin: 'correct horse battery\n' })
  writeFileSync(join(empty.folder, '.env'), 'GOOGLE_CLIENT_ID=precious\n')
  const [user] = await empty.users()
  expect((await empty.run(['init'])).stdout).toMatch(/kept .*config\.yaml.*kept .*\.env.*kept .*user anna/s)
  expect(empty.read('.env')).toBe('GOOGLE_CLIENT_ID=precious\n')
  expect((await empty.run(['init', '--force'])).code).toBe(0)
  expect(empty.read('.env')).not.toContain('precious')
  expect(empty.read('.env.old')).toContain('precious')
  expect(await empty.users()).toEqual([user])
})

test('init for a user beside others makes none, and says so', async () => {
  using empty = new Empty()
  await empty.run(['init', '--user', 'anna', '--password-stdin'], { stdin: 'correct horse battery\n' })
  const users = await empty.users()
  const other = await empty.run(['init', '--user', 'bob', '--password-stdin'], { stdin: 'correct horse battery\n' })
  expect([other.code, other.stderr]).toEqual([
    1,
    'drivekeep: bob was not made a user, since there is one already: anna. `drivekeep user add bob --role admin` adds another.\n',
  ])
  const same = await empty.run(['init', '--user', 'anna', '--password-stdin'], { stdin: 'another horse battery\n' })
  expect([same.code, same.stdout]).toEqual([
    0,
    expect.stringMatching(/kept {4}user anna {2}\(`drivekeep user password`/),
  ])
  expect(await empty.users()).toEqual(users)
})

test('a weak password and an impossible name are refused', async () => {
  using empty = new Empty()
  const weak = await empty.run(['init', '--password-stdin'], { stdin: 'short\n' })
  expect([weak.code, weak.stderr]).toEqual([
    2,
    'drivekeep: the password is shorter than 12 characters. Choose a longer one.\n',
  ])
  const name = await empty.run(['init', '--user', 'a b\n'])
  expect([name.code, name.stderr]).toEqual([2, expect.stringContaining('is no name for a user')])
})

test('on a terminal the password is asked for twice, and not echoed', async () => {
  using empty = new Empty()
  // `script` gives the program a terminal; its output is all that the terminal showed.
  const terminal = new Running('script', ['-qec', `${BIN} init`, '/dev/null'], { cwd: empty.folder, typing: true })
  await terminal.shows('Password for admin: ')
  terminal.type('correct horse battery\r')
  await terminal.shows('Once more: ')
  terminal.type('correct horse battery\r')
  const { code, stdout } = await terminal.ended
  expect([code, stdout]).toEqual([0, expect.stringContaining('made    user admin')])
  expect(stdout).not.toContain('correct horse')
  expect(stdout).not.toContain('shown only this once')
  expect((await empty.users())[0]).toContain('admin|admin|$argon2id$')
})

test('a folder that cannot be made is said so', async () => {
  using empty = new Empty()
  writeFileSync(join(empty.folder, 'file'), '')
  const { code, stderr } = await empty.run(['--config', 'file/config.yaml', 'init'])
  expect([code, stderr]).toEqual([1, expect.stringMatching(/config\.yaml cannot be written .*--config FILE/)])
})

test('a data folder elsewhere is made, with the configuration as it is', async () => {
  await using one = await Installation.start()
  one.configure({ top: { data_dir: 'data/here' } })
  expect((await one.run(['init'])).code).toBe(0)
  expect(readdirSync(join(one.folder, 'data/here'))).toContain('sync_state.db')
})
