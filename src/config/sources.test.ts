import { expect, test } from 'vitest'
import { type Override, plain } from './overrides/overrides.ts'
import { listedSettings } from './schema/listed-settings.ts'
import { DESTINATION, Scratch, SIGN_IN, SOURCE } from './scratch.ts'

const WORK = `${SOURCE}  work:
    refresh_token: another
    exclude_patterns: ['*.iso']
    folders: { rest: exclude, include: [1aB] }
`
const set = (key: string, value: unknown): Override => ({ key, by: 'ana', at: '', content: { value: plain(value) } })

test('a further source has the keys of google_drive, and shares its client and its addresses', () => {
  using scratch = new Scratch()
  const file = WORK.replace('google_drive:\n', 'google_drive:\n    api_url: http://127.0.0.1:9001/\n')
  const { sources } = scratch.load(file + DESTINATION)
  expect(sources.map(({ name }) => name)).toEqual(['google_drive', 'work'])
  expect(sources[1]).toMatchObject({
    apiUrl: 'http://127.0.0.1:9001',
    auth: { kind: 'refresh-token', clientId: 'client', clientSecret: 'hush', refreshToken: 'another' },
    excludePatterns: ['*.iso'],
    folders: { rest: 'exclude', folders: [{ id: '1aB' }] },
  })
  expect(sources[0]).toMatchObject({ auth: { refreshToken: 'token' }, folders: null })
})

test('a client and addresses of its own come first', () => {
  using scratch = new Scratch()
  const own = `${WORK}    client_id: mine\n    client_secret: too\n    token_url: https://example.com/token\n`
  expect(scratch.load(own + DESTINATION).sources[1]).toMatchObject({
    client: { clientId: 'mine', clientSecret: 'too' },
    tokenUrl: 'https://example.com/token',
  })
})

test('google_drive comes first, then the order of the file, then what was added in the dashboard', () => {
  using scratch = new Scratch()
  const file = `sources:\n  z: { refresh_token: z }\n  1: { refresh_token: one }\n${SOURCE.split('\n').slice(1).join('\n')}`
  const { config } = scratch.layered(file + DESTINATION, [set('sources.added.refresh_token', 'a')])
  expect(config.sources[0]?.name).toBe('google_drive')
  expect(config.sources.at(-1)?.name).toBe('added')
  expect(config.sources.map(({ name }) => name).toSorted()).toEqual(['1', 'added', 'google_drive', 'z'])
})

test('a source that cannot sign in keeps nothing from the others, and is named', () => {
  using scratch = new Scratch()
  const file = `${SOURCE}  empty:\n  off: { enabled: false, refresh_token: \${NOBODY_SET_THIS} }\n  asks: { refresh_token: \${NOR_THIS} }\n`
  const loaded = scratch.layered(file + DESTINATION, [])
  expect(loaded).toMatchObject({ state: 'ready', notConnected: ['empty', 'asks'] })
  expect(loaded.config.sources.map(({ name }) => name)).toEqual(['google_drive'])
  expect(loaded.entries.map(({ name, enabled }) => [name, enabled])).toEqual([
    ['google_drive', true],
    ['empty', true],
    ['off', false],
    ['asks', true],
  ])
  expect(loaded.missing.map(({ path }) => path)).toEqual(['sources.asks.refresh_token', 'sources.empty.refresh_token'])
})

test('google_drive need not be the one that signs in', () => {
  using scratch = new Scratch()
  const file = 'sources: { work: { client_id: a, client_secret: b, refresh_token: c } }\n'
  const loaded = scratch.layered(file + DESTINATION, [])
  expect(loaded).toMatchObject({ state: 'ready', notConnected: ['google_drive'] })
  expect(loaded.config.sources.map(({ name }) => name)).toEqual(['work'])
  expect(scratch.layered(`sources: { work: { refresh_token: c } }\n${DESTINATION}`, [])).toMatchObject({
    state: 'incomplete',
    notConnected: ['google_drive', 'work'],
  })
})

test('a sign-in that is kept and does not open is not replaced by one of the file, and the others go on', () => {
  using scratch = new Scratch()
  const closed: Override = {
    key: 'sources.work.refresh_token',
    by: 'ana',
    at: '',
    content: { unreadable: 'is sealed' },
  }
  const loaded = scratch.layered(WORK + DESTINATION, [closed])
  expect(loaded).toMatchObject({
    state: 'ready',
    notConnected: ['work'],
    missing: [{ path: closed.key, setBy: 'ana' }],
  })
})

test('what was set in the dashboard wins for every source, and makes new ones', () => {
  using scratch = new Scratch()
  const loaded = scratch.layered(WORK + DESTINATION, [
    set('sources.ben.enabled', true),
    set('sources.ben.refresh_token', 'of ben'),
    set('sources.work.refresh_token', 'replaced'),
  ])
  expect(loaded.config.sources.map(({ name, auth }) => [name, auth])).toMatchObject([
    ['google_drive', { refreshToken: 'token' }],
    ['work', { refreshToken: 'replaced' }],
    ['ben', { clientId: 'client', refreshToken: 'of ben' }],
  ])
  const listed = new Map(listedSettings(loaded).map((one) => [one.key, one]))
  expect(listed.get('sources.ben.refresh_token')).toMatchObject({
    secret: true,
    set: true,
    value: null,
    editable: true,
  })
  expect(listed.get('sources.work.token_url')).toMatchObject({ editable: false, origin: 'default' })
})

test.each<[what: string, text: string, said: string]>([
  [
    'an unknown key',
    `${WORK}    exclude_path: []\n`,
    'config.yaml:10:5 sources.work.exclude_path: is not a known key. Did you mean exclude_paths?',
  ],
  [
    'a wrong type',
    `${WORK}    enabled: maybe\n`,
    'config.yaml:10:14 sources.work.enabled: must be true or false, and is "maybe". Write true or false.',
  ],
  [
    'a name that cannot be',
    `${SOURCE}  my work: { refresh_token: a }\n`,
    'config.yaml:6:12 sources."my work": is no name for a source. ' +
      'Use up to 63 letters, digits, hyphens and underscores, such as work.',
  ],
  [
    'a name that means something in JavaScript',
    `${SOURCE}  __proto__: { refresh_token: a }\n`,
    'config.yaml:6:14 sources.__proto__: is no name for a source. ' +
      'Use up to 63 letters, digits, hyphens and underscores, such as work.',
  ],
  [
    'no section',
    `${SOURCE}  work: yes please\n`,
    'config.yaml:6:9 sources.work: must be a section with keys of its own, and is "yes please". ' +
      'Its keys are enabled, api_url, auth_url, token_url, client_id, client_secret, refresh_token, service_account_file, ' +
      'service_account_key, impersonate, folders, exclude_patterns, exclude_paths; indent each by two spaces on a line of its own.',
  ],
  [
    'contradicting folders',
    `${SOURCE}  work: { refresh_token: a, folders: { rest: exclude } }\n`,
    'config.yaml:6:46 sources.work.folders.rest: leaves nothing to back up. ' +
      'Name folders under include, or write rest: include.',
  ],
  [
    'a user without a service account',
    `${SOURCE}  work: { refresh_token: a, impersonate: ben@example.com }\n`,
    'config.yaml:6:42 sources.work.impersonate: needs a service account. Set service_account_file too, or remove this line.',
  ],
  [
    'nothing that is switched on',
    'sources: { google_drive: { enabled: false }, work: { enabled: false } }\n',
    'config.yaml:1:10 sources: leaves nothing to back up. Write enabled: true under one of its entries.',
  ],
])('%s in a further source is an error with its line', (_, text, said) => {
  using scratch = new Scratch()
  expect(scratch.complaints(text + DESTINATION, SIGN_IN)).toEqual([said])
})

test('half a client is an error of its own, and is not filled up', () => {
  using scratch = new Scratch()
  const loaded = scratch.layered(`${WORK}    client_id: mine\n${DESTINATION}`, [])
  expect(loaded.missing).toMatchObject([{ path: 'sources.work.client_secret', message: 'is missing' }])
  expect(loaded.notConnected).toEqual(['work'])
})
