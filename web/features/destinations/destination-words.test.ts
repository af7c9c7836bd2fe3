import { expect, test } from 'vitest'
import { outage } from '../overview/sample-status.ts'
import { standingOf } from './destination-words.ts'

type Seen = Parameters<typeof standingOf>[0]

const settings: Seen['settings'] = {
  bucket: 'my-backup',
  region: 'us-east-1',
  path: null,
  layout: 'mirror' as const,
  prefix: '',
  endpoint: null,
  force_path_style: false,
  storage_class: null,
  access_key_id: null,
}
const WELL: Seen = {
  settings,
  health: 'ok',
  outage: null,
  lacking: { files: 0, bytes: 0, failed: 0 },
  filling: false,
  last_write: '2026-03-01T10:00:00Z',
}
const out = (needs_operator: boolean): Partial<Seen> => ({ health: 'out', outage: outage({ needs_operator }) })

test.each<[string, Partial<Seen>, string, string]>([
  ['copies are stored', {}, 'proven', 'Working'],
  ['what nobody has tried is not green', { health: 'unproven', last_write: null }, 'idle', 'Unproven'],
  ['tested, and empty', { last_write: null }, 'proven', 'Tested'],
  ['the last test failed', { health: 'test-failed' }, 'act', 'Test failed'],
  ['what mends itself is not red', out(false), 'mending', 'Not reachable'],
  ['what needs a person is', out(true), 'act', 'Action needed'],
  ['files failed there', { health: 'incomplete' }, 'act', 'Files failed'],
  ['files are still to be stored there', { health: 'behind' }, 'mending', 'Catching up'],
  ['switched off', { health: 'off' }, 'idle', 'Off'],
  ['taken out of the configuration', { settings: null, health: 'off' }, 'idle', 'Taken out'],
])('a destination: %s', (_, change, tone, word) => {
  expect(standingOf({ ...WELL, ...change })).toMatchObject({ tone, word })
})
