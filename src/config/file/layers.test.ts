import { expect, test } from 'vitest'
import { type Override, plain } from '../overrides/overrides.ts'
import { DESTINATION, Scratch, SOURCE } from '../scratch.ts'
import { ConfigError } from './problems.ts'

const set = (key: string, value: unknown, by = 'ana'): Override => ({
  key,
  by,
  at: '',
  content: { value: plain(value) },
})
const SIGN_IN_KEYS = ['client_id', 'client_secret', 'refresh_token'].map((key) =>
  set(`sources.google_drive.${key}`, key),
)
const BUCKET = set('destinations.eu.bucket', 'my-backup-eu')

function complaints(run: () => unknown): string[] {
  try {
    run()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return String(error).split('\n')
  }
}

test('what was set in the dashboard wins over the file, in the same units; the rest stays as it is there', () => {
  using scratch = new Scratch()
  const file = `${SOURCE}${DESTINATION}sync:\n  interval_seconds: 60\n  batch_size: 7\n`
  const { state, config, originOf } = scratch.layered(file, [
    set('sync.interval_seconds', 10),
    set('sources.google_drive.exclude_patterns', ['*.iso']),
    set('destinations.aws_s3.prefix', 'home/'),
    BUCKET,
  ])
  expect([state, config.sync.intervalMs, config.sync.batchSize]).toEqual(['ready', 10_000, 7])
  expect(config.sources[0]?.excludePatterns).toEqual(['*.iso'])
  expect(config.destinations).toMatchObject([
    { name: 'aws_s3', bucket: 'my-backup', prefix: 'home' },
    { name: 'eu', bucket: 'my-backup-eu' },
  ])
  const origins = ['sync.interval_seconds', 'sync.batch_size', 'sync.mode', 'destinations.eu.bucket']
  expect(origins.map((key) => originOf(key.split('.')))).toEqual(['dashboard', 'file', 'default', 'dashboard'])
})

test('without a file, the dashboard can set all that is needed', () => {
  using scratch = new Scratch()
  expect(scratch.layered(null, [])).toMatchObject({ state: 'incomplete', missing: [{ message: 'does not exist' }] })
  const { state, config } = scratch.layered(null, [...SIGN_IN_KEYS, BUCKET])
  expect([state, config.dataDir]).toEqual(['ready', scratch.folder])
  expect(config.sources[0]?.auth).toMatchObject({ kind: 'refresh-token', refreshToken: 'refresh_token' })
})

test.each<[what: string, text: string | null, overrides: Override[], missing: string[]]>([
  ['an empty file', '', [], ['']],
  ['a file of comments', '# later\n', [], ['']],
  ['no credentials', DESTINATION, [], ['sources.google_drive']],
  ['no destination', SOURCE, [], ['destinations']],
  ['neither', 'data_dir: .\n', [], ['sources.google_drive', 'destinations']],
  ['a client and no sign-in', `sources: { google_drive: { client_id: a, client_secret: b } }\n${DESTINATION}`, [], ['sources.google_drive.refresh_token']], // biome-ignore format: a table
  ['a client from the dashboard and no sign-in', DESTINATION, SIGN_IN_KEYS.slice(0, 2), ['sources.google_drive.refresh_token']], // biome-ignore format: a table
  ['a destination in the dashboard alone', null, [BUCKET], ['sources.google_drive']],
])('%s is no error but not enough', (_, text, overrides, missing) => {
  using scratch = new Scratch()
  const loaded = scratch.layered(text, overrides)
  expect(loaded.state === 'incomplete' && loaded.missing.map(({ path }) => path)).toEqual(missing)
})

test('the variables that a new configuration asks for may be missing, and need not be there once the dashboard sets them', () => {
  using scratch = new Scratch()
  const loaded = scratch.layered(SOURCE + DESTINATION, [], {})
  expect(loaded.state === 'incomplete' && loaded.missing.map(({ path }) => path.split('.').at(-1))).toEqual([
    'client_id',
    'client_secret',
    'refresh_token',
  ])
  expect(loaded.config.sources[0]).toMatchObject({ auth: null, client: null })
  expect(scratch.layered(SOURCE + DESTINATION, SIGN_IN_KEYS, {}).state).toBe('ready')
})

test.each<[what: string, overrides: Override[], said: string]>([
  [
    'a value out of range',
    [set('sync.interval_seconds', 0)],
    'sync.interval_seconds (set in the dashboard by ana): must be at least 1, and is 0. Write a number of seconds, such as 300. ' +
      'Change it in the dashboard; `drivekeep config reset sync.interval_seconds` forgets it.',
  ],
  [
    'a key of another version',
    [set('sync.turbo', true)],
    'sync.turbo (set in the dashboard by ana): is not a known key. Remove it. Known here: mode, auto_start, interval_seconds, ' +
      'check_recent_days, batch_size, retry_attempts, retry_delay_seconds, max_file_size_gb, max_memory_mb, reconcile_days, ' +
      'mass_change_percent, mass_change_items, temp_dir. ' +
      'Change it in the dashboard; `drivekeep config reset sync.turbo` forgets it.',
  ],
  [
    'what does not fit the file',
    [set('destinations.other.bucket', 'my-backup', 'ben')],
    'destinations.other (set in the dashboard by ben): points at the same bucket and prefix as aws_s3. ' +
      'Give one of them another bucket or prefix, or remove it. ' +
      'Change it in the dashboard; `drivekeep config reset destinations.other` forgets it.',
  ],
  [
    'half of a pair',
    [set('destinations.aws_s3.access_key_id', 'AKIA')],
    'config.yaml:7:3 destinations.aws_s3.secret_access_key: is missing, while access_key_id is set. ' +
      'Set both, or neither to use the standard AWS credential chain.',
  ],
  [
    'an entry of a list',
    [set('sources.google_drive.exclude_patterns', ['*.iso', ''])],
    'sources.google_drive.exclude_patterns[2] (set in the dashboard by ana): must not be empty. ' +
      "Write a list of quoted patterns, such as ['*.tmp', '.DS_Store']. " +
      'Change it in the dashboard; `drivekeep config reset sources.google_drive.exclude_patterns` forgets it.',
  ],
])('%s names who set it, or its line', (_, overrides, said) => {
  using scratch = new Scratch()
  expect(complaints(() => scratch.layered(SOURCE + DESTINATION, overrides))).toEqual([said])
})

test('what is wrong in the file stays wrong, unless the dashboard has replaced it', () => {
  using scratch = new Scratch()
  const file = `${SOURCE}${DESTINATION}sync: { interval_seconds: 0 }\n`
  expect(complaints(() => scratch.layered(file, [set('sync.mode', 'interval')]))).toEqual([
    expect.stringMatching(/^config\.yaml:8:27 sync\.interval_seconds: must be at least 1/),
  ])
  expect(scratch.layered(file, [set('sync.interval_seconds', 9)]).config.sync.intervalMs).toBe(9000)
})

test('a secret that does not open is missing: it is named with the remedy, and nothing takes its place', () => {
  using scratch = new Scratch()
  const closed: Override = {
    key: 'destinations.aws_s3.secret_access_key',
    by: 'ana',
    at: '',
    content: { unreadable: 'is sealed' },
  }
  const loaded = scratch.layered(SOURCE + DESTINATION, [set('destinations.aws_s3.access_key_id', 'AKIA'), closed])
  expect(loaded).toMatchObject({
    state: 'incomplete',
    missing: [{ path: closed.key, setBy: 'ana', message: 'is sealed' }],
  })
  expect(loaded.state === 'incomplete' && loaded.missing[0]?.remedy).toMatch(
    /Put secret\.key .* back as it was, or set it anew\./,
  )
})

test('a key given by text takes the place of the one by file; null takes a service account out of use', () => {
  using scratch = new Scratch()
  const text = JSON.stringify({ client_email: 'a@b.c', private_key: 'x' })
  scratch.write('key.json', text)
  const file = `${SOURCE}    service_account_file: key.json\n${DESTINATION}`
  const auth = (...overrides: Override[]) => scratch.layered(file, overrides).config.sources[0]?.auth
  expect(auth()).toMatchObject({ key: { file: expect.stringMatching(/key\.json$/) } })
  expect(auth(set('sources.google_drive.service_account_key', text))).toMatchObject({ key: { text } })
  expect(auth(set('sources.google_drive.service_account_file', null))).toMatchObject({ kind: 'refresh-token' })
})

test('a selection of folders by ids, or as the dashboard writes it', () => {
  using scratch = new Scratch()
  const folders = (text: string) =>
    scratch.layered(`${SOURCE}    folders: ${text}\n${DESTINATION}`, []).config.sources[0]?.folders
  expect(folders('{}')).toBeNull()
  expect(
    folders('{ rest: exclude, include: [1aB, root], exclude: [{ id: 2cD, name: Videos, ancestors: [1aB] }] }'),
  ).toEqual({
    rest: 'exclude',
    folders: [
      { id: '1aB', mode: 'include', name: '', ancestors: [] },
      { id: 'root', mode: 'include', name: '', ancestors: [] },
      { id: '2cD', mode: 'exclude', name: 'Videos', ancestors: ['1aB'] },
    ],
  })
})
