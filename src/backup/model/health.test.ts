import { expect, test } from 'vitest'
import { type Condition, destinationHealth, health, sourceHealth } from './health.ts'

const WELL: Condition = {
  setUp: true,
  desired: 'running',
  outage: null,
  massChange: false,
  scanning: false,
  everDone: true,
  pending: 0,
  waiting: 0,
  failed: 0,
}
const REFUSED = { needsOperator: true }
const UNREACHABLE = { needsOperator: false }

test.each<[string, Partial<Condition>, ReturnType<typeof health>]>([
  ['all is stored, and Drive was looked at', {}, 'protected'],
  ['nothing is set up', { setUp: false, desired: null, everDone: false }, 'not-set-up'],
  ['something of the set-up was taken away while it ran', { setUp: false, failed: 3 }, 'not-set-up'],
  ['paused', { desired: 'paused' }, 'idle'],
  ['stopped, with files that failed', { desired: 'stopped', failed: 3 }, 'idle'],
  ['nobody has chosen anything', { desired: null }, 'idle'],
  ['the first cycle has not ended', { everDone: false }, 'working'],
  ['a drive is being scanned', { scanning: true }, 'working'],
  ['files wait for their turn', { pending: 3 }, 'working'],
  ['files wait for their turn, and others to be tried again', { pending: 3, waiting: 2 }, 'working'],
  ['files wait to be tried again', { waiting: 2 }, 'waiting'],
  ['Google cannot be reached', { outage: UNREACHABLE, pending: 3 }, 'waiting'],
  ['Google cannot be reached, and nothing waits', { outage: UNREACHABLE }, 'waiting'],
  ['the sign-in has ended', { outage: REFUSED, pending: 3 }, 'attention'],
  ['very much was deleted at once', { massChange: true }, 'attention'],
  ['a file has failed', { failed: 1 }, 'attention'],
  ['a file has failed while others are copied', { failed: 1, pending: 3, scanning: true }, 'attention'],
  ['a file has failed, and Google cannot be reached', { failed: 1, outage: UNREACHABLE }, 'attention'],
])('%s', (_, condition, expected) => {
  expect(health({ ...WELL, ...condition })).toBe(expected)
})

const SOURCE: Parameters<typeof sourceHealth>[0] = {
  watched: true,
  out: false,
  massChange: false,
  read: true,
  scanning: false,
  failed: 0,
  pending: 0,
  wanted: 3,
}

test.each<[string, Partial<typeof SOURCE>, ReturnType<typeof sourceHealth>]>([
  ['all is stored', {}, 'ok'],
  ['nothing to protect is no proof', { wanted: 0 }, 'empty'],
  ['changes wait', { pending: 3 }, 'behind'],
  ['the first scan', { scanning: true, pending: 3 }, 'scanning'],
  ['files failed', { failed: 1, pending: 3 }, 'incomplete'],
  ['never read', { read: false }, 'unread'],
  ['very much changed at once', { massChange: true, failed: 1 }, 'mass-change'],
  ['out of order', { out: true, failed: 1 }, 'out'],
  ['nobody signs in to it any more', { watched: false, failed: 1, out: true }, 'off'],
])('a source: %s', (_, change, expected) => expect(sourceHealth({ ...SOURCE, ...change })).toBe(expected))

const DESTINATION: Parameters<typeof destinationHealth>[0] = {
  enabled: true,
  out: false,
  test: { at: 1, ok: true },
  lastWrite: 2,
  filling: false,
  lacking: 0,
  failed: 0,
}

test.each<[string, Partial<typeof DESTINATION>, ReturnType<typeof destinationHealth>]>([
  ['copies are stored', {}, 'ok'],
  ['what nobody has tried is not green', { lastWrite: null, test: null }, 'unproven'],
  ['tested, and empty', { lastWrite: null }, 'ok'],
  ['the last test failed', { test: { at: 3, ok: false } }, 'test-failed'],
  ['the only test failed', { lastWrite: null, test: { at: 3, ok: false } }, 'test-failed'],
  ['written to since the test failed', { test: { at: 1, ok: false } }, 'ok'],
  ['out of order', { out: true, failed: 1 }, 'out'],
  ['files failed there', { failed: 1, lacking: 2 }, 'incomplete'],
  ['files are still to be stored there', { lacking: 2 }, 'behind'],
  ['what it lacks is being worked out', { filling: true }, 'behind'],
  ['switched off', { enabled: false, out: true }, 'off'],
])('a destination: %s', (_, change, expected) =>
  expect(destinationHealth({ ...DESTINATION, ...change })).toBe(expected),
)
