import { expect, test } from 'vitest'
import { password as rule } from '../../../src/server/contract/access.ts'
import { madeUpPassword, passwordComplaint } from './password-rule.ts'

test.each([
  ['', 'Write a password.'],
  ['elevenchars', '1 more character to go.'],
  ['twelve chars', null],
  ['x'.repeat(1025), 'No more than 1,024 characters.'],
])('a password %j: %s, and the server thinks the same', (password, said) => {
  expect(passwordComplaint(password)).toBe(said)
  expect(rule.safeParse(password).success).toBe(said === null)
})

test('one that is made up is good, and never the same twice', () => {
  expect(madeUpPassword()).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/)
  expect(passwordComplaint(madeUpPassword())).toBeNull()
  expect(new Set(Array.from({ length: 100 }, madeUpPassword)).size).toBe(100)
})
