import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { credentialsFingerprint } from './credentials-fingerprint.ts'

const API = 'https://www.googleapis.com'
const key = (client_email: string, private_key: string) => JSON.stringify({ client_email, private_key })
const account = (serviceAccountKey: string, impersonate: string | null = null, api = API) =>
  credentialsFingerprint(api, { serviceAccountKey, impersonate })

test('a sign-in is known by its client and its refresh token', () => {
  const signIn = (clientId: string, refreshToken: string, clientSecret = 's') =>
    credentialsFingerprint(API, { clientId, clientSecret, refreshToken })
  expect(signIn('a', 'b')).toBe(signIn('a', 'b', 'another secret'))
  expect(new Set([signIn('a', 'b'), signIn('a', 'c'), signIn('c', 'b')]).size).toBe(3)
  expect(signIn('a', 'the-token')).not.toContain('the-token')
})

test('a service account is known by its address, by whom it acts for, and by the API', () => {
  expect(account(key('x@y', 'old'))).toBe(account(key('x@y', 'renewed')))
  const known = [
    account(key('x@y', 'k')),
    account(key('z@y', 'k')),
    account(key('x@y', 'k'), 'anna@example.com'),
    account(key('x@y', 'k'), null, 'http://127.0.0.1:9001'),
  ]
  expect(new Set(known).size).toBe(4)
})

test('a key file is read: another key under the same path is another account, and the same key elsewhere is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drivekeep-key-'))
  const file = (name: string) =>
    credentialsFingerprint(API, { serviceAccountFile: join(folder, name), impersonate: null })
  try {
    writeFileSync(join(folder, 'a.json'), key('x@y', 'k'))
    writeFileSync(join(folder, 'b.json'), key('x@y', 'k'))
    const before = file('a.json')
    expect([file('b.json'), account(key('x@y', 'k'))]).toEqual([before, before])
    writeFileSync(join(folder, 'a.json'), key('z@y', 'k'))
    expect(file('a.json')).not.toBe(before)
    writeFileSync(join(folder, 'a.json'), 'no JSON')
    expect([file('a.json') === before, file('gone.json') === before]).toEqual([false, false])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
