import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BIN, Installation, until } from './drivekeep.ts'

test('a catalog that is no database is one clear message, and the file is left as it is', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const file = join(one.folder, 'sync_state.db')
  writeFileSync(file, 'this is not a database, though it is long enough to look like one. '.repeat(100))
  const before = readFileSync(file)
  for (const command of ['status', 'sync', 'start', 'pause']) {
    const { code, stderr } = await one.run([command])
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^drivekeep: .*sync_state\.db: the catalog .*damaged.*move it aside/),
    ])
    expect(stderr).not.toContain('    at ')
  }
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a data_dir where nothing can be kept is refused with its place, and hangs nothing', async () => {
  await using one = await Installation.start()
  symlinkSync('/mnt/not-mounted', join(one.folder, 'disk'))
  for (const data_dir of ['/proc/1/nope', 'disk/data']) {
    one.configure({ top: { data_dir } })
    for (const command of ['config check', 'status', 'sync']) {
      const { code, stderr } = await one.run(command.split(' '))
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^drivekeep: config.yaml:\d+:\d+ data_dir: names \/.*\. Name a folder to write to\.\n$/),
      ])
    }
    expect(await one.run(['doctor'])).toMatchObject({ code: 1, stdout: expect.stringContaining('data_dir: names /') })
    // Users can be mended while the rest of the configuration is wrong, and meet the folder itself.
    const { code, stderr } = await one.run(['user', 'list'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^drivekeep: .*(takes none|which is no folder)\..*\n$/)])
  }
})

test('doctor finds a catalog with damaged pages', async () => {
  const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.txt`, `file ${i}`]))
  await using one = await Installation.start({ drive: { files } })
  await one.run(['sync'])
  const file = join(one.folder, 'sync_state.db')
  const bytes = readFileSync(file)
  bytes.fill(0xaa, 8 * 4096, bytes.length - 4096)
  writeFileSync(file, bytes)
  const { code, stdout } = await one.run(['doctor'])
  expect([code, stdout]).toEqual([1, expect.stringMatching(/✗ catalog: .*damaged/)])
})

test('a catalog of a newer version is refused, not touched', async () => {
  await using one = await Installation.start()
  await one.run(['status'])
  await one.program('sqlite3', 'sync_state.db', "insert into kysely_migration values ('9999-future', '2030-01-01')")
  const { code, stderr } = await one.run(['status'])
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^drivekeep: .*newer version of Drivekeep/)])
})

test('a disk that takes no more ends a sync with a clear message, does not end the daemon, and costs nothing', async () => {
  const files = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}.txt`, `file ${i}`]))
  await using one = await Installation.start({ drive: { files } })
  await one.run(['status']) // an empty catalog is there, and is not what the disk fails at
  // No file may grow beyond 500 KiB: to SQLite that is a failing disk, amid a transaction.
  const limited = (command: string) => ['-c', `trap '' XFSZ; ulimit -f 500; exec "${BIN}" ${command}`]
  const { code, stderr } = await one.run(limited('sync'), { bin: 'bash' })
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^drivekeep: the disk with data_dir.*\(SQLITE_(IOERR|FULL)/),
  ])
  expect(stderr).not.toContain('    at ')

  const daemon = one.spawn(limited('start'), { bin: 'bash' })
  await daemon.says('Next try in', 2)
  daemon.kill('SIGTERM')
  expect((await daemon.ended).code).toBe(0)
  expect(await one.json('sync')).toMatchObject({ synced: 500, pending: 0 })
  expect(one.puts()).toBeLessThanOrEqual(500 + 100)
})

test('a log that cannot be written is said once, and the work goes on', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  writeFileSync(join(one.folder, 'logs'), 'a file where the folder should be')
  const daemon = await one.daemon()
  await until(async () => Object.keys(await one.stored()).length === 1)
  await daemon.says('"cycle done"')
  daemon.kill('SIGTERM')
  const { code, stderr } = await daemon.ended
  expect(code).toBe(0)
  expect(stderr.split('cannot be written').length).toBe(2)
  expect(stderr).toMatch(/backup-app\.log cannot be written .*daemon\.log_file/)
})

test('the log file gets what the terminal gets, as JSON lines, and no secret', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  // A file named like a secret is the simplest way to have one in a log line.
  const { refreshToken, clientSecret } = one.drive.credentials
  one.drive.create({ name: `${clientSecret}.txt`, content: 'x' })
  one.drive.create({ name: `${one.s3.credentials.secretAccessKey}.txt`, content: 'y' })
  one.configure({ daemon: { log_level: 'trace', log_file: 'elsewhere/daemon.log' } })
  const daemon = await one.daemon()
  await until(async () => Object.keys(await one.stored()).length === 3)
  await daemon.says('"cycle done"')
  daemon.kill('SIGTERM')
  const { stderr } = await daemon.ended
  const log = readFileSync(join(one.folder, 'elsewhere/daemon.log'), 'utf8')
  expect(log).toBe(stderr)
  for (const line of log.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ msg: expect.any(String) })
  expect(log).toContain('[secret].txt')
  for (const secret of [refreshToken, clientSecret, one.s3.credentials.secretAccessKey])
    expect(log).not.toContain(secret)
})

test('the log is kept within bounds', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  mkdirSync(join(one.folder, 'logs'))
  const log = join(one.folder, 'logs/backup-app.log')
  writeFileSync(log, `${'x'.repeat(10 * 1024 * 1024)}\n`)
  expect((await one.run(['sync'])).code).toBe(0)
  expect(readFileSync(log, 'utf8')).toMatch(/^{.*"cycle done"}\n$/)
  expect(readFileSync(`${log}.1`).length).toBe(10 * 1024 * 1024 + 1)
})

// A container without systemd has no systemd-notify either.
const withSystemd = test.skipIf(spawnSync('systemd-notify', ['--version']).error !== undefined)

withSystemd('systemd is told when the daemon is ready, that its loop turns, and when it ends', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const socket = join(one.folder, 'notify')
  // Node cannot receive Unix datagrams, and perl is part of every Debian.
  const listen = `use IO::Socket::UNIX; $| = 1; my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die;
    print "listening\\n"; while (defined $s->recv(my $message, 4096)) { print "$message\\n" }`
  const systemd = one.spawn(['-e', listen, socket], { bin: 'perl' })
  await systemd.shows('listening')
  const daemon = await one.daemon({ env: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1000000' } })
  await systemd.shows('READY=1')
  await systemd.shows('WATCHDOG=1')
  daemon.kill('SIGTERM')
  expect((await daemon.ended).code).toBe(0)
  await systemd.shows('STOPPING=1')
  expect(systemd.stdout).toContain(`MAINPID=${daemon.pid}`)
})
