import { expect, test } from 'vitest'
import { standingOf } from './destination-words.ts'

type Seen = Parameters<typeof standingOf>[0]

const settings: Seen['settings'] = {
  bucket: 'my-backup',
  region: 'us-east-1',
  prefix: '',
  endpoint: null,
  force_path_style: false,
  storage_class: null,
  access_key_id: null,
}
const WELL: Seen = {
  enabled: true,
  settings,
  trouble: null,
  last_write: '2026-03-01T10:00:00Z',
  last_test: { at: '2026-02-01T10:00:00Z', ok: true },
}
const trouble = (needs_operator: boolean) => ({ fault: 's3/x', message: '', hint: null, needs_operator })

test.each<[string, Partial<Seen>, string, string]>([
  ['copies are stored', {}, 'proven', 'Working'],
  ['what nobody has tried is not green', { last_write: null, last_test: null }, 'idle', 'Unproven'],
  ['tested, and empty', { last_write: null }, 'proven', 'Tested'],
  ['the last test failed', { last_test: { at: '2026-03-02T10:00:00Z', ok: false } }, 'act', 'Test failed'],
  ['written to since', { last_test: { at: '2026-02-28T10:00:00Z', ok: false } }, 'proven', 'Working'],
  ['what mends itself is not red', { trouble: trouble(false) }, 'mending', 'Held up'],
  ['what needs a person is', { trouble: trouble(true) }, 'act', 'Needs you'],
  ['switched off', { enabled: false, trouble: trouble(true) }, 'idle', 'Off'],
  ['taken out of the configuration', { settings: null }, 'idle', 'Taken out'],
])('a destination: %s', (_, change, tone, word) => {
  expect(standingOf({ ...WELL, ...change })).toMatchObject({ tone, word })
})
