import { expect, test } from 'vitest'
import { type Done, mayOpen, STEPS, type Step, stepBefore, stepBehind, stepToShow, tokenIn } from './steps.ts'

const EMPTY: Done = { needs_account: true, steps: null }

function done(...names: ('google' | 'selection' | 'destination' | 'started')[]): Done {
  const has = (name: (typeof names)[number]) => names.includes(name)
  return {
    needs_account: false,
    steps: {
      google: has('google'),
      selection: has('selection'),
      destination: has('destination'),
      started: has('started'),
    },
  }
}

test.each<[string, string | null, Done, Step]>([
  ['an empty install begins with the account', null, EMPTY, 'account'],
  ['and nothing else can be opened before it', 'destination', EMPTY, 'account'],
  ['then comes Google', null, done(), 'google'],
  ['the next step that is not done', null, done('google', 'selection'), 'destination'],
  ['what was done out of order is not asked again', null, done('google', 'destination'), 'selection'],
  ['everything is there: only the start is left', null, done('google', 'selection', 'destination'), 'start'],
  ['it runs already', null, done('google', 'selection', 'destination', 'started'), 'start'],
  ['a step asked for is shown again', 'google', done('google', 'selection', 'destination', 'started'), 'google'],
  ['folders cannot be chosen without Google', 'selection', done(), 'google'],
  ['the account is made once', 'account', done(), 'google'],
  ['nonsense in the address', 'launch', done(), 'google'],
])('%s', (_, asked, state, step) => {
  expect(stepToShow(asked, state)).toBe(step)
})

test('a destination can be set before Google', () => {
  expect(STEPS.filter((step) => mayOpen(step, done()))).toEqual(['google', 'destination', 'start'])
})

test('back and forth', () => {
  expect(STEPS.map(stepBehind)).toEqual(['google', 'selection', 'destination', 'start', null])
  expect(STEPS.map(stepBefore)).toEqual([null, null, 'google', 'selection', 'destination'])
})

test.each([
  ['#token=abc-DEF_1', 'abc-DEF_1'],
  ['#token=%20abc%20', 'abc'],
  ['#somewhere', ''],
  ['', ''],
])('the token in %s is "%s"', (fragment, token) => {
  expect(tokenIn(fragment)).toBe(token)
})
