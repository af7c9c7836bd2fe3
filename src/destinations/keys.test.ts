import fc from 'fast-check'
import { expect, test } from 'vitest'
import { historyKey, normalisePrefix, objectKey } from './keys.ts'

const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }).filter((name) => !name.includes('/'))
const path = fc.array(segment, { minLength: 1, maxLength: 12 }).map((segments) => segments.join('/'))
const fileId = fc.stringMatching(/^[A-Za-z0-9_-]{1,44}$/)
const prefix = fc.constantFrom('', 'backup', '/backup/', 'a/b//')

const bytes = (key: string) => Buffer.byteLength(key)

test('a key is the prefix, the source and the path', () => {
  expect(objectKey('/backup/', { source: 'My Drive', path: 'a/b.txt', fileId: 'x' })).toBe('backup/My Drive/a/b.txt')
  expect(objectKey('', { source: 'My Drive', path: 'a b.txt', fileId: 'x' })).toBe('My Drive/a b.txt')
  expect(historyKey('/backup', 'id', 'rev')).toBe('backup/.drivekeep/versions/id/rev')
})

test('a prefix has no slash in front and one behind, or is empty', () => {
  expect(['', '/', 'a', '/a', 'a/', '//a/b//'].map(normalisePrefix)).toEqual(['', '', 'a/', 'a/', 'a/', 'a/b/'])
})

test('a long key names the file id and keeps its extension', () => {
  const key = objectKey('', { source: 'My Drive', path: `${'ö'.repeat(600)}.tar.gz`, fileId: '1AbC' })
  expect(key).toMatch(/^My Drive\/ö+ \(1AbC\)\.gz$/)
  expect(bytes(key)).toBeGreaterThan(1020)
})

test('any path gives a well-formed key of at most 1,024 bytes, the same every time', () => {
  fc.assert(
    fc.property(prefix, path, fileId, (prefix, path, fileId) => {
      const place = { source: 'My Drive', path, fileId }
      const key = objectKey(prefix, place)
      expect(bytes(key)).toBeLessThanOrEqual(1024)
      expect(Buffer.from(key).toString()).toBe(key)
      expect(objectKey(prefix, place)).toBe(key)
      expect(key.startsWith(`${normalisePrefix(prefix)}My Drive/`)).toBe(true)
    }),
  )
})

test('distinct files under one long path have distinct keys', () => {
  const long = fc.array(segment, { minLength: 2, maxLength: 9 }).map((parts) => `${'x'.repeat(900)}/${parts.join('/')}`)
  fc.assert(
    fc.property(long, long, fileId, fileId, (a, b, idA, idB) => {
      fc.pre(a !== b && idA !== idB)
      const keyA = objectKey('p', { source: 'My Drive', path: a, fileId: idA })
      const keyB = objectKey('p', { source: 'My Drive', path: b, fileId: idB })
      expect(keyA).not.toBe(keyB)
    }),
  )
})

test('a key for what is kept aside is never too long, and what tells contents apart comes first', () => {
  const key = historyKey('home', 'not-ours', `etag/${'ü'.repeat(600)}`)
  expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024)
  expect(key.startsWith('home/.drivekeep/versions/not-ours/etag/üü')).toBe(true)
})
