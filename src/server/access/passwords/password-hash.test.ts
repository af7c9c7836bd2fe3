import { expect, test } from 'vitest'
import { hashPassword, passwordMatches } from './password-hash.ts'
import { Passwords } from './passwords.ts'

test('a password matches its own hash alone, and no two hashes are alike', async () => {
  const [one, two] = [await hashPassword('correct horse'), await hashPassword('correct horse')]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(one).not.toBe(two)
  expect(await passwordMatches('correct horse', one)).toBe(true)
  expect(await passwordMatches('correct horsE', one)).toBe(false)
})

test('letters are the same however they are composed', async () => {
  expect(await passwordMatches('caf\u00e9', await hashPassword('cafe\u0301'))).toBe(true)
})

test('a hash with another cost, as of an older version, is understood', async () => {
  // From the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -l 32
  const known = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  expect(await passwordMatches('password', known)).toBe(true)
})

test('where there is no user nothing matches, and it takes the same work', async () => {
  expect(await new Passwords().matches('a password that nobody has', null)).toBe(false)
})

test('more than can be hashed in time are turned away, and the rest get their turn', async () => {
  const passwords = new Passwords()
  const hash = await hashPassword('correct horse')
  const all = await Promise.allSettled(Array.from({ length: 110 }, () => passwords.matches('correct horse', hash)))
  const refused = all.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBe(8)
  expect(refused[0]).toMatchObject({ reason: { status: 503, retryAfter: 5 } })
  expect(await passwords.matches('correct horse', hash)).toBe(true)
})
