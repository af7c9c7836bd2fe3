import { expect, test } from 'vitest'
import type { Status } from '../../api/types.ts'
import { CONTROLS, senseless, stateWord } from './controls.ts'

const possible = (state: Status['state'], more: Partial<Status> = {}) =>
  CONTROLS.filter(
    ({ control }) => senseless(control, { state, desired: state, health: 'protected', ...more }) === null,
  ).map(({ control }) => control)

test.each([
  ['running', ['pause', 'stop']],
  ['paused', ['start', 'resume', 'stop']],
  ['stopped', ['start']],
] as const)('from %s one can %j', (state, controls) => expect(possible(state)).toEqual(controls))

test('what has been chosen counts at once, though the state still follows', () => {
  expect(possible('running', { desired: 'paused' })).toEqual(['start', 'resume', 'stop'])
  expect(stateWord({ state: 'running', desired: 'paused' })).toBe('Pausing …')
  expect(stateWord({ state: 'stopped', desired: 'running' })).toBe('Starting …')
  expect(stateWord({ state: 'paused', desired: 'paused' })).toBe('Paused')
  expect(stateWord({ state: 'stopped', desired: null })).toBe('Stopped')
})

test('what is not set up cannot be started, and says so', () => {
  expect(senseless('start', { state: 'stopped', desired: null, health: 'not-set-up' })).toMatch(/not set up/)
})
