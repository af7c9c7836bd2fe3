import { expect, test } from 'vitest'
import type { Status } from '../../api/types.ts'
import { cutOff, headline } from './headline.ts'
import { outage, SAFE } from './sample-status.ts'

const said = (change: Partial<Status>) => headline({ ...SAFE, ...change }, Date.parse(SAFE.as_of))
const ended = outage({
  kind: 'source',
  name: 'ana@example.com',
  fault: 'google/sign-in-ended',
  message: 'ana@example.com: Google says the sign-in has ended.',
  hint: 'Connect again.',
  needs_operator: true,
})
const down = outage()
const DELETED = { source: 1, name: 'ana@example.com', at: SAFE.as_of, items: 63, kind: 'removed' } as const

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
  ['a person must act', { outages: [ended], pending: 4 }, 'act', ended.message],
  ['a storage is down', { outages: [down], pending: 4 }, 'mending', down.message],
  [
    'very much was deleted at once',
    { mass_changes: [DELETED] },
    'act',
    '63 files were deleted in Drive within an hour.',
  ],
  [
    'what there is to store is being worked out',
    { filling: true },
    'mending',
    'What is still to be stored is being worked out.',
  ],
  ['the drive is empty', { files_synced: 0 }, 'idle', 'There is nothing to protect yet.'],
  ['nothing has been looked at', { files_synced: 0, last_success: null }, 'idle', 'Drivekeep is about to check Drive.'],
])('when %s', (_, change, tone, sentence) => expect(said(change)).toMatchObject({ tone, sentence }))

test('the first backup says how far it is and when it ends', () => {
  const first = { files_synced: 12_431, pending: 35_780, scanning: false, last_success: null }
  expect(said({ ...first, estimated_end: '2026-03-12T17:10:00.000Z' })).toMatchObject({
    tone: 'mending',
    sentence: 'The first backup is under way: 12,431 of 48,211 files are protected.',
    more: ['It should be done in about 5 hours.'],
  })
  const scan = said({ ...first, scanning: true })
  expect(scan.sentence).toContain('48,211 files found so far')
  expect(scan.more).toEqual(['How long it will take can be told in a few minutes.'])
})

test('what needs a person is said even while paused, with the remedy', () => {
  expect(said({ state: 'paused', outages: [ended] })).toMatchObject({
    sentence: ended.message,
    more: ['Connect again.', 'Until then nothing new is protected.'],
    way: { to: '/sources', label: 'Connect again' },
    since: ended.since,
    detail: 'ECONNREFUSED',
  })
  expect(said({ state: 'paused', failed: 2, health: 'attention' }).more).toContain('Drivekeep is paused.')
})

test('what still works is said, and what else does not', () => {
  const three = { destinations: ['aws_s3', 'nas', 'eu_provider'] }
  const eu = outage({ name: 'eu_provider', message: 'eu_provider: storage is full.', needs_operator: true })
  expect(said({ ...three, outages: [eu, down], pending: 3 })).toMatchObject({
    sentence: 'eu_provider: storage is full.',
    more: [
      'Check the network.',
      'nas does not work either.',
      'Everything still goes to aws_s3.',
      '3 files wait for it.',
    ],
    way: { to: '/destinations', label: 'Test it' },
  })
  expect(said({ ...three, outages: [down] }).more).toContain('Everything still goes to aws_s3 and eu_provider.')
  expect(said({ outages: [outage({ name: 'aws_s3' })] }).more).toContain('Until then nothing new is protected.')
  expect(said({ sources: ['ana@example.com', 'ben@example.com'], outages: [ended] }).more).toContain(
    'ben@example.com is still backed up.',
  )
})

test('a server that does not answer is said instead of what was true before', () => {
  const gone = cutOff(Date.parse('2026-03-12T12:00:00Z'))
  expect(gone.tone).toBe('idle')
  expect(gone.sentence).toMatch(/^Drivekeep cannot be reached since \d\d:\d\d\.$/)
})

test('nothing is red that needs nobody', () => {
  const healths: Status['health'][] = ['protected', 'working', 'waiting', 'idle']
  for (const health of healths) {
    for (const outages of [[], [down]]) {
      for (const state of ['running', 'paused', 'stopped'] as const) {
        expect(said({ health, outages, state, failed: 2, pending: 5 }).tone).not.toBe('act')
      }
    }
  }
})
