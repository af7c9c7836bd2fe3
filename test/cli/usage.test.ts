import { existsSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BIN, Installation, Running } from './drivekeep.ts'

const drivekeep = (...args: string[]) => new Running(BIN, args, { cwd: tmpdir() }).ended

const COMMANDS = [
  ...['init', 'sign-in', 'start', 'sync', 'status', 'pause', 'resume', 'stop', 'ls', 'failures', 'retry', 'doctor'],
  ...[
    'config check',
    'config schema',
    'version',
    'completion',
    'user add',
    'user list',
    'user password',
    'user remove',
  ],
]

test('version names Drivekeep and Node', async () => {
  expect(await drivekeep('version')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^drivekeep \d+\.\d+\.\d+ \(Node \d+\.\d+\.\d+\)\n$/),
    stderr: '',
  })
})

test('every command has a help with an example, and none is missing from the list', async () => {
  const { stdout: list } = await drivekeep('--help')
  for (const command of COMMANDS) {
    const { code, stdout } = await drivekeep(...command.split(' '), '--help')
    expect([command, code, stdout]).toEqual([command, 0, expect.stringMatching(/Example:\n {2}drivekeep .*/)])
    expect(list).toContain(`  ${command.split(' ')[0]}`)
  }
})

test('a mistyped command or option is answered with the nearest one, and exit code 2', async () => {
  const answers = [
    [['sttus'], "drivekeep: unknown command 'sttus'\n(Did you mean status?)"],
    [['sync', '--jsn'], "drivekeep: unknown option '--jsn'\n(Did you mean --json?)"],
    [['--confg', 'x', 'sync'], "drivekeep: unknown option '--confg'\n(Did you mean --config?)"],
    [['ls', 'a', 'b'], "drivekeep: too many arguments for 'ls'"],
    [['completion', 'tcsh'], "drivekeep: command-argument value 'tcsh' is invalid"],
  ] as const
  for (const [args, message] of answers) {
    const { code, stdout, stderr } = await drivekeep(...args)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
  }
})

test('without a command it shows its help, as an error', async () => {
  const { code, stdout, stderr } = await drivekeep()
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('Usage: drivekeep')
})

test('it runs through a symbolic link and from another folder, with a configuration named from there', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const bin = join(one.folder, 'linked')
  symlinkSync(BIN, bin)
  const config = join(one.folder, 'config.yaml')
  const { code, stderr } = await one.run(['sync', '--config', config], { bin, cwd: tmpdir() })
  expect([code, stderr]).toEqual([0, ''])
  expect(await one.stored()).toEqual({ 'a.txt': 'one' })
  expect((await one.run(['--config', '../config.yaml', 'status'], { bin, cwd: join(one.folder, 'logs') })).code).toBe(0)
})

test('completion scripts load in bash, and complete commands, options and arguments', async () => {
  const script = `
    source <("${BIN}" completion bash)
    try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _drivekeep; echo "\${COMPREPLY[*]}"; }
    try drivekeep st
    try drivekeep --config x.yaml config ch
    try drivekeep sync --js
    try drivekeep completion f
    try drivekeep user add anna --role ''
    try drivekeep user add anna --role viewer --pass`
  const { stdout, stderr } = await new Running('bash', ['-c', script], {}).ended
  expect([stdout, stderr]).toEqual([
    'start status stop\ncheck\n--json\nfish\nviewer operator admin\n--password-stdin\n',
    '',
  ])
  for (const shell of ['zsh', 'fish']) expect((await drivekeep('completion', shell)).stdout).toContain('config check')
})

test.skipIf(!existsSync('/usr/bin/fish'))(
  'the completion script for fish offers options, and their values',
  async () => {
    const offered = async (line: string) => {
      const script = `"${BIN}" completion fish | source; complete -C '${line}'`
      const { stdout } = await new Running('fish', ['--no-config', '-c', script], {}).ended
      return stdout.match(/^[\w-]+/gm)?.toSorted()
    }
    expect(await offered('drivekeep user add anna --role ')).toEqual(['admin', 'operator', 'viewer'])
    expect(await offered('drivekeep user add anna --role viewer --pass')).toEqual(['--password-stdin'])
    expect(await offered('drivekeep st')).toEqual(['start', 'status', 'stop'])
  },
)

test('a reader that has seen enough ends it quietly', async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i} ${'long '.repeat(40)}.txt`, 'x']))
  await using one = await Installation.start({ drive: { files } })
  await one.run(['sync'])
  const { code, stdout, stderr } = await one.program('bash', '-c', `"${BIN}" ls | head -n 1; exit \${PIPESTATUS[0]}`)
  expect([code, stdout.split('\n').length, stderr]).toEqual([0, 2, ''])
})

test('an output that cannot be written is one line, and exit code 1', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  for (const command of ['sync --json', 'ls -R --json', 'status', 'version', '--help']) {
    const { code, stderr } = await one.program('bash', '-c', `"${BIN}" ${command} > /dev/full`)
    const line =
      'drivekeep: the output cannot be written: no space left (ENOSPC). Make room there, or send it elsewhere.\n'
    expect([command, code, stderr]).toEqual([command, 1, line])
  }
  expect(await one.stored()).toEqual({ 'a.txt': 'one' })
})
