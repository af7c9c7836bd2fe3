import { expect, test } from 'vitest'
import type { Status } from '../api/types.ts'
import { SAFE } from '../features/overview/sample-status.ts'
import { mark } from './daemon-state.ts'

test.each<[string, Partial<Status>, string]>([
  ['all is well', {}, '🟢'],
  ['paused', { state: 'paused', health: 'idle' }, '🟡'],
  ['stopped', { state: 'stopped', health: 'idle' }, '⚪'],
  ['a file failed', { health: 'attention', needs_operator: true }, '🔴'],
  ['something mends itself', { health: 'waiting' }, '🟠'],
  ['the sign-in has ended, and somebody has paused', { state: 'paused', health: 'idle', needs_operator: true }, '🔴'],
])('the mark in the tab when %s', (_, change, sign) => expect(mark({ ...SAFE, ...change })).toBe(sign))
