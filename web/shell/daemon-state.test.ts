import { expect, test } from 'vitest'
import type { Status } from '../api/types.ts'
import { outage, SAFE } from '../features/overview/sample-status.ts'
import { mark } from './daemon-state.ts'

test.each<[string, Partial<Status>, string]>([
  ['all is well', {}, '🟢'],
  ['paused', { state: 'paused', health: 'idle' }, '🟡'],
  ['stopped', { state: 'stopped', health: 'idle' }, '⚪'],
  ['a file failed', { health: 'attention' }, '🔴'],
  ['something mends itself', { health: 'waiting', outages: [outage()] }, '🟠'],
  ['the sign-in has ended', { health: 'attention', outages: [outage({ needs_operator: true })] }, '🔴'],
  [
    'it has ended, and somebody has paused',
    { state: 'paused', health: 'idle', outages: [outage({ needs_operator: true })] },
    '🔴',
  ],
])('the mark in the tab when %s', (_, change, sign) => expect(mark({ ...SAFE, ...change })).toBe(sign))
