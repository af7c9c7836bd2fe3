import { expect, test } from 'vitest'
import { decide, type Verb } from './control.ts'

const REFUSED = /^It is (running|paused|stopped).*\.$/

test.each<[Verb, 'running' | 'paused' | 'stopped', string | RegExp]>([
  ['start', 'stopped', 'running'],
  ['start', 'paused', 'running'],
  ['start', 'running', REFUSED],
  ['resume', 'paused', 'running'],
  ['resume', 'running', REFUSED],
  ['resume', 'stopped', /Start it/],
  ['pause', 'running', 'paused'],
  ['pause', 'paused', /Resume/],
  ['pause', 'stopped', /Start it/],
  ['stop', 'running', 'stopped'],
  ['stop', 'paused', 'stopped'],
  ['stop', 'stopped', /Start/],
  ['now', 'running', 'running'],
  ['now', 'paused', /Resume it first/],
  ['now', 'stopped', /Start it first/],
])('%s when %s: %s', (verb, chosen, expected) => {
  const decision = decide(verb, chosen, true)
  if (typeof expected === 'string') expect(decision).toEqual({ state: expected, message: expect.stringMatching(/\.$/) })
  else expect(decision).toEqual({ refused: expect.stringMatching(expected) })
})

test('nothing is started before it is set up, and anything may be stopped', () => {
  expect(decide('start', 'stopped', false)).toEqual({ refused: expect.stringMatching(/Google/) })
  expect(decide('stop', 'running', false)).toMatchObject({ state: 'stopped' })
})
