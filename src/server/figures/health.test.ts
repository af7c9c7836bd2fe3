import { expect, test } from 'vitest'
import { type Condition, health } from './health.ts'

const WELL: Condition = {
  setUp: true,
  desired: 'running',
  outage: null,
  massChange: false,
  listing: false,
  everDone: true,
  pending: 0,
  waiting: 0,
  failed: 0,
}
const REFUSED = { needs_operator: true }
const UNREACHABLE = { needs_operator: false }

test.each<[string, Partial<Condition>, ReturnType<typeof health>]>([
  ['all is stored, and Drive was looked at', {}, 'protected'],
  ['nothing is set up', { setUp: false, desired: null, everDone: false }, 'not-set-up'],
  ['something of the set-up was taken away while it ran', { setUp: false, failed: 3 }, 'not-set-up'],
  ['paused', { desired: 'paused' }, 'idle'],
  ['stopped, with files that failed', { desired: 'stopped', failed: 3 }, 'idle'],
  ['nobody has chosen anything', { desired: null }, 'idle'],
  ['the first cycle has not ended', { everDone: false }, 'working'],
  ['the drive is being listed', { listing: true }, 'working'],
  ['files wait for their turn', { pending: 3 }, 'working'],
  ['files wait for their turn, and others to be tried again', { pending: 3, waiting: 2 }, 'working'],
  ['files wait to be tried again', { waiting: 2 }, 'waiting'],
  ['Google cannot be reached', { outage: UNREACHABLE, pending: 3 }, 'waiting'],
  ['Google cannot be reached, and nothing waits', { outage: UNREACHABLE }, 'waiting'],
  ['the sign-in has ended', { outage: REFUSED, pending: 3 }, 'attention'],
  ['very much was deleted at once', { massChange: true }, 'attention'],
  ['a file has failed', { failed: 1 }, 'attention'],
  ['a file has failed while others are copied', { failed: 1, pending: 3, listing: true }, 'attention'],
  ['a file has failed, and Google cannot be reached', { failed: 1, outage: UNREACHABLE }, 'attention'],
])('%s', (_, condition, expected) => {
  expect(health({ ...WELL, ...condition })).toBe(expected)
})
