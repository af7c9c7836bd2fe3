import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KeyedFile } from '../backup/model/destination.ts'
import { keysOf, normalisePrefix } from './layouts.ts'

const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }).filter((name) => !name.includes('/'))
const path = fc.array(segment, { minLength: 1, maxLength: 12 }).map((segments) => segments.join('/'))
const fileId = fc.stringMatching(/^[A-Za-z0-9_-]{1,44}$/)
const prefix = fc.constantFrom('', 'backup', '/backup/', 'a/b//')

const current = (prefix: string, file: Pick<KeyedFile, 'source' | 'path' | 'fileId'>) =>
  keysOf('mirror', prefix).current({ revision: 'r1', variant: null, ...file })
const historyKey = (prefix: string, id: string, revision: string, etag: string | null) =>
  keysOf('mirror', prefix).history(id, revision, etag)
const strangerKey = (prefix: string, key: string, etag: string | null) => keysOf('mirror', prefix).stranger(key, etag)

const bytes = (key: string) => Buffer.byteLength(key)

test('a key is the prefix, the source and the path', () => {
  expect(current('/backup/', { source: 'My Drive', path: 'a/b.txt', fileId: 'x' })).toBe('backup/My Drive/a/b.txt')
  expect(current('', { source: 'My Drive', path: 'a b.txt', fileId: 'x' })).toBe('My Drive/a b.txt')
  expect(historyKey('/backup', 'id', 'rev', 'abc-2')).toBe('backup/.drivekeep/versions/id/rev.abc-2')
  expect(historyKey('/backup', 'id', 'rev', null)).toBe('backup/.drivekeep/versions/id/rev')
  expect(strangerKey('/backup', 'backup/a/b', 'abc')).toBe('backup/.drivekeep/versions/not-ours/abc/backup/a/b')
  expect(keysOf('mirror', 'backup/').marker).toBe('backup/.drivekeep/destination.json')
  expect(keysOf('id', '').marker).toBe('.drivekeep/destination.json')
})

test('a prefix has no slash in front and one behind, or is empty', () => {
  expect(['', '/', 'a', '/a', 'a/', '//a/b//'].map(normalisePrefix)).toEqual(['', '', 'a/', 'a/', 'a/', 'a/b/'])
})

test('a long key names the file id and keeps its extension', () => {
  const key = current('', { source: 'My Drive', path: `${'ö'.repeat(600)}.tar.gz`, fileId: '1AbC' })
  expect(key).toMatch(/^My Drive\/ö+ \(1AbC\)\.gz$/)
  expect(bytes(key)).toBeGreaterThan(1020)
})

test('any path gives a well-formed key of at most 1,024 bytes, the same every time', () => {
  fc.assert(
    fc.property(prefix, path, fileId, (prefix, path, fileId) => {
      const place = { source: 'My Drive', path, fileId }
      const key = current(prefix, place)
      expect(bytes(key)).toBeLessThanOrEqual(1024)
      expect(Buffer.from(key).toString()).toBe(key)
      expect(current(prefix, place)).toBe(key)
      expect(key.startsWith(`${normalisePrefix(prefix)}My Drive/`)).toBe(true)
    }),
  )
})

test('distinct files under one long path have distinct keys', () => {
  const long = fc.array(segment, { minLength: 2, maxLength: 9 }).map((parts) => `${'x'.repeat(900)}/${parts.join('/')}`)
  fc.assert(
    fc.property(long, long, fileId, fileId, (a, b, idA, idB) => {
      fc.pre(a !== b && idA !== idB)
      const keyA = current('p', { source: 'My Drive', path: a, fileId: idA })
      const keyB = current('p', { source: 'My Drive', path: b, fileId: idB })
      expect(keyA).not.toBe(keyB)
    }),
  )
})

test('a key for what is kept aside is never too long, and different ETags give different keys', () => {
  const long = 'ü'.repeat(600)
  for (const keyFor of [
    (etag: string | null) => historyKey('home', 'id', long, etag),
    (etag: string | null) => strangerKey('home', `home/${long}`, etag),
  ]) {
    const keys = ['etag1', 'etag2', 'x'.repeat(300), null].map(keyFor)
    expect(new Set(keys).size).toBe(4)
    for (const key of keys) {
      expect(bytes(key)).toBeLessThanOrEqual(1024)
      expect(bytes(key)).toBeGreaterThan(1020)
      expect(Buffer.from(key).toString()).toBe(key)
    }
  }
  expect(historyKey('', 'id', 'r', `W/"../a b${'x'.repeat(300)}"`)).toBe(
    `.drivekeep/versions/id/r.Wab${'x'.repeat(77)}`,
  )
  expect(strangerKey('', 'key', '/')).toBe('.drivekeep/versions/not-ours/no-etag/key')
})

test('in layout id a key is made of the file id, the revision and the variant, wherever the file lies', () => {
  const { current, isOfContent } = keysOf('id', '/backup/')
  const file = { source: 'My Drive', path: 'a/b.txt', fileId: 'x', revision: 'r1', variant: null }
  expect(current(file)).toBe('backup/files/x/r1')
  expect(current({ ...file, source: 'other', path: 'c' })).toBe('backup/files/x/r1')
  expect(current({ ...file, variant: 'docx' })).toBe('backup/files/x/r1.docx')
  const long = ['pdf', 'docx'].map((variant) => current({ ...file, revision: 'ü'.repeat(600), variant }))
  expect(new Set(long).size).toBe(2)
  for (const key of long) expect(bytes(key)).toBeLessThanOrEqual(1024)
  expect(isOfContent('backup/files/x/r1')).toBe(true)
  expect(isOfContent('backup/.drivekeep/files/x/r1')).toBe(false)
})

test('the folders of a destination are those of its layout and of the one before', () => {
  const folders = (layout: 'mirror' | 'id', former: 'mirror' | 'id' | null) =>
    keysOf(layout, 'p', former).folders(['My Drive'])
  expect(folders('mirror', null)).toEqual(['p/My Drive/', 'p/.drivekeep/'])
  expect(folders('id', null)).toEqual(['p/files/', 'p/.drivekeep/'])
  for (const layout of ['mirror', 'id'] as const)
    expect(folders(layout, layout === 'id' ? 'mirror' : 'id')).toEqual(['p/My Drive/', 'p/files/', 'p/.drivekeep/'])
  expect(keysOf('mirror', 'p').isOfContent('p/files/x/r1')).toBe(false)
  expect(keysOf('mirror', 'p', 'id').isOfContent('p/files/x/r1')).toBe(true)
})
