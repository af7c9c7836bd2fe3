import { expect, test } from 'vitest'
import type { Status } from '../../api/types.ts'
import { headline } from './headline.ts'
import { SAFE } from './sample-status.ts'

const said = (change: Partial<Status>) => headline({ ...SAFE, ...change }, Date.parse(SAFE.as_of))
const ended = {
  fault: 'drive/sign-in-ended',
  message: 'Google says the sign-in for ana@example.com has ended.',
  hint: 'Connect again.',
  needs_operator: true,
}
const down = { fault: 's3/unreachable', message: 'The storage does not answer.', hint: null, needs_operator: false }

test.each<[string, Partial<Status>, string, string]>([
  ['all is well', {}, 'proven', 'All 12,431 files are protected.'],
  ['there is one file', { files_synced: 1 }, 'proven', 'The one file is protected.'],
  ['files failed and a person must act', { failed: 3, health: 'attention' }, 'act', '3 files are not protected.'],
  ['a file failed and mends itself', { failed: 1, health: 'waiting' }, 'mending', '1 file is not protected.'],
  ['files wait to be stored', { pending: 25, health: 'working' }, 'mending', '25 files are still to be stored.'],
  ['paused', { state: 'paused' }, 'idle', 'Paused: what changes now is not protected until it is resumed.'],
  ['stopped', { state: 'stopped' }, 'idle', 'Stopped: what changes now is not protected until it is started.'],
  [
    'not set up',
    { health: 'not-set-up', state: 'stopped' },
    'idle',
    'Nothing is protected yet: Drivekeep is not set up.',
  ],
  ['a person must act', { trouble: ended, pending: 4 }, 'act', ended.message],
  ['a storage is down', { trouble: down, pending: 4 }, 'mending', down.message],
  ['the drive is empty', { files_synced: 0 }, 'idle', 'There is nothing to protect yet.'],
  [
    'nothing has been looked at',
    { files_synced: 0, last_success: null },
    'idle',
    'Drivekeep is about to look at Drive.',
  ],
])('when %s', (_, change, tone, sentence) => expect(said(change)).toMatchObject({ tone, sentence }))

test('the first backup says how far it is and when it ends', () => {
  const first = { files_synced: 12_431, pending: 35_780, listing: false, last_success: null }
  expect(said({ ...first, estimated_end: '2026-03-12T17:10:00.000Z' })).toMatchObject({
    tone: 'mending',
    sentence: 'The first backup is under way: 12,431 of 48,211 files are protected.',
    more: ['It should be done in about 5 hours.'],
  })
  const listing = said({ ...first, listing: true })
  expect(listing.sentence).toContain('48,211 files found so far')
  expect(listing.more).toEqual(['How long it will take can be told in a few minutes.'])
})

test('what needs a person is said even while paused, with the way to it', () => {
  expect(said({ state: 'paused', trouble: ended })).toMatchObject({
    sentence: ended.message,
    more: ['Connect again.', 'Until then nothing new is protected.'],
    way: { to: '/problems' },
  })
  expect(said({ state: 'paused', failed: 2, health: 'attention' }).more).toContain('Drivekeep is paused.')
})

test('nothing is red that needs nobody', () => {
  const healths: Status['health'][] = ['protected', 'working', 'waiting', 'idle']
  for (const health of healths) {
    for (const trouble of [null, down]) {
      for (const state of ['running', 'paused', 'stopped'] as const) {
        expect(said({ health, trouble, state, failed: 2, pending: 5 }).tone).not.toBe('act')
      }
    }
  }
})
