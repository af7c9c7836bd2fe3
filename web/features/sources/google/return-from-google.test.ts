import { expect, test } from 'vitest'
import type { Source } from '../../../api/types.ts'
import { outage } from '../../overview/sample-status.ts'
import { complaintAbout } from '../selection/recent-days.ts'
import { drivesOf, standingOf, withoutAccount } from '../source-words.ts'
import { cameBack, withoutReturn } from './return-from-google.ts'

test.each([
  ['', null],
  ['folder=1', null],
  ['connected=1', { ok: true, message: 'Google is connected.' }],
  ['connected=Another%20account.', { ok: true, message: 'Another account.' }],
  ['step=google&error=access_denied', { ok: false, message: expect.stringContaining('not allowed') }],
  ['error=Google%20refuses%20the%20client.', { ok: false, message: 'Google refuses the client.' }],
])('the way back from Google with ?%s', (query, said) => {
  expect(cameBack(query)).toEqual(said)
})

test('the address forgets what was said once, and nothing else', () => {
  expect(withoutReturn('connected=1')).toBe('')
  expect(withoutReturn('step=google&connected=1')).toBe('?step=google')
  expect(withoutReturn('error=x&step=google')).toBe('?step=google')
})

test.each([
  [30, true],
  [36_500, true],
  [0, false],
  [36_501, false],
  [1.5, false],
  ['', false],
])('%s days back: %s', (days, fine) => {
  expect(complaintAbout(days) === null).toBe(fine)
})

test.each<[string, Parameters<typeof standingOf>[0], string, string]>([
  ['all is stored', { health: 'ok', outage: null }, 'proven', 'Protected'],
  ['nothing to protect is no proof', { health: 'empty', outage: null }, 'idle', 'Empty'],
  ['files failed', { health: 'incomplete', outage: null }, 'act', 'Files failed'],
  ['what mends itself is not red', { health: 'out', outage: outage({ kind: 'source' }) }, 'mending', 'Not reachable'],
  [
    'what needs a person is',
    { health: 'out', outage: outage({ kind: 'source', needs_operator: true }) },
    'act',
    'Action needed',
  ],
])('a source: %s', (_, source, tone, word) => {
  expect(standingOf(source)).toMatchObject({ tone, word })
})

test('each drive is shown once: with its account, or by itself', () => {
  const drive = (id: number, account: string, watched = true) => ({ id, account, watched }) as Source
  const drives = [drive(1, 'anna@example.com'), drive(2, 'ben@example.com', false), drive(3, 'cleo@example.com')]
  const anna = { connected: true, account: 'anna@example.com' }
  const accounts = [anna, { connected: true, account: 'ben@example.com' }, { connected: false, account: null }]
  expect(drivesOf(anna, drives).map(({ id }) => id)).toEqual([1])
  expect(withoutAccount(accounts, drives).map(({ id }) => id)).toEqual([2, 3])
})
