import { expect, test } from 'vitest'
import { accountErrors } from './account.ts'

test.each([
  [{ token: 'abc', name: 'ana', password: null }, []],
  [{ token: 'abc', name: 'ána@example.com', password: null }, []],
  [{ token: '  ', name: '', password: '12 more to go.' }, ['token', 'name', 'password']],
  [{ token: 'abc', name: 'ana b', password: null }, ['name']],
  [{ token: 'abc', name: 'a'.repeat(101), password: null }, ['name']],
])('the first account %j', (given, wrong) => {
  expect(Object.keys(accountErrors(given))).toEqual(wrong)
})
