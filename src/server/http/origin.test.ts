import { expect, test } from 'vitest'
import { isHost, isLoopback, namesThisMachine, plainAddress, sameOrigin } from './origin.ts'

const WRITE = { method: 'POST', host: 'localhost:8080', origin: undefined, fetchSite: undefined }

test.each<[string, Partial<Parameters<typeof sameOrigin>[0]>, boolean]>([
  ['a program that is no browser', {}, true],
  ['a page of ours', { fetchSite: 'same-origin', origin: 'http://localhost:8080' }, true],
  [
    'a page of ours, behind a proxy that gives us another name',
    { fetchSite: 'same-origin', origin: 'https://b.example' },
    true,
  ],
  ['somebody who typed the address', { fetchSite: 'none' }, true],
  ['a page of another site', { fetchSite: 'cross-site', origin: 'https://evil.example' }, false],
  ['another port of this machine', { fetchSite: 'same-site', origin: 'http://localhost:3000' }, false],
  ['another site that hides where it comes from', { fetchSite: 'cross-site' }, false],
  ['an older browser, from a page of ours', { origin: 'http://localhost:8080' }, true],
  ['an older browser, from another site', { origin: 'https://evil.example' }, false],
  ['an older browser, from another port', { origin: 'http://localhost:3000' }, false],
  ['a page without an origin, as in a sandbox', { origin: 'null' }, false],
  ['a proxy that ends https', { host: 'b.example', origin: 'https://b.example' }, true],
  ['the usual port, written out', { host: 'b.example:443', origin: 'https://b.example' }, true],
  ['a name that begins like ours', { host: 'b.example', origin: 'https://b.example.evil.example' }, false],
  ['another site that only reads', { method: 'GET', fetchSite: 'cross-site', origin: 'https://evil.example' }, true],
])('%s', (_, provenance, allowed) => {
  expect(sameOrigin({ ...WRITE, ...provenance })).toBe(allowed)
})

test.each([
  'localhost',
  'localhost:8080',
  'app.localhost',
  '127.0.0.1:8080',
  '[::1]:8080',
  '192.168.1.5',
  'LOCALHOST.',
])('%s can be this machine', (host) => expect(namesThisMachine(host)).toBe(true))

test.each(['evil.example', 'evil.example:8080', 'localhost.evil.example', '127.0.0.1.evil.example', ''])(
  '%j is somebody else’s name',
  (host) => expect(namesThisMachine(host)).toBe(false),
)

test.each(['a b', 'a/b', 'a@b', 'a\r\nb', '', 'a:b', '<script>', 'a:8080:8080'])('%j is no host', (host) =>
  expect(isHost(host)).toBe(false),
)

test('an address within this machine is known, and IPv4 is written as such', () => {
  expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost'].map(isLoopback)).toEqual([true, true, true, true])
  expect(['0.0.0.0', '::', '192.168.1.5', 'nas.local'].map(isLoopback)).toEqual([false, false, false, false])
  expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(plainAddress('2001:db8::1')).toBe('2001:db8::1')
})
