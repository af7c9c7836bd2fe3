import { expect, test } from 'vitest'
import { byBytes, folded, isMapped, type NameRules, POSIX, pathOf, withHash } from './names.ts'

const FAT: NameRules = { maxBytes: 255, punctuation: false, controls: false, trailing: false }

test('keys that every file system takes are paths as they are', () => {
  for (const key of ['a', 'backup/me@example.com/Reports/2026/äöü 😀.txt', '.drivekeep/destination.json'])
    for (const rules of [POSIX, FAT]) expect(pathOf(key, rules)).toBe(key)
})

test('what a file system does not take gets a suffix, and the extension stays', () => {
  expect(pathOf('a/What?.txt', POSIX)).toBe('a/What?.txt')
  expect(pathOf('a/What?.txt', FAT)).toMatch(/^a\/What_~[0-9a-f]{12}\.txt$/)
  expect(pathOf('a/line\nbreak', FAT)).toMatch(/^a\/line_break~[0-9a-f]{12}$/)
  expect(pathOf('a/end.', FAT)).toMatch(/^a\/end\.~[0-9a-f]{12}$/)
  expect(pathOf('a/end ', FAT)).toMatch(/^a\/end ~[0-9a-f]{12}$/)
  expect(pathOf(`a/${'ü'.repeat(200)}.docx`, POSIX)).toMatch(/^a\/ü+~[0-9a-f]{12}\.docx$/)
  for (const strange of ['.', '..', '', 'a\0b']) expect(pathOf(strange, POSIX)).toMatch(/~[0-9a-f]{12}$/)
})

test('no path leaves the folder, is too long for its file system, or is shared by two keys', () => {
  const segments = ['.', '..', '', 'a', 'a?', 'a_', 'a*', 'a.', 'a ', 'x'.repeat(256), `${'x'.repeat(300)}`, 'a~0123456789ab', 'a~0123456789ab.txt', '😀'.repeat(64), '\ud83d', 'a\0', 'a\u0001'] // biome-ignore format: a list to be read as one
  for (const rules of [POSIX, FAT, { ...FAT, maxBytes: 143 }]) {
    const paths = new Map<string, string>()
    for (const one of segments)
      for (const two of segments) {
        const key = `${one}/${two}`.toWellFormed()
        const path = pathOf(key, rules)
        expect(paths.get(path) ?? key).toBe(key)
        paths.set(path, key)
        for (const name of path.split('/')) {
          expect(['.', '..', '']).not.toContain(name)
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(rules.maxBytes)
        }
      }
  }
})

test('a suffix is told from a name that merely looks so', () => {
  expect(isMapped(withHash('a.txt', 'k', POSIX))).toBe(true)
  expect(isMapped('a~12.txt')).toBe(false)
  // A key that looks like a suffixed name gets a suffix of its own, so it is never taken for another.
  expect(pathOf(withHash('a.txt', 'k', POSIX), POSIX)).not.toBe(withHash('a.txt', 'k', POSIX))
})

test('paths that some file system takes for the same have one spelling', () => {
  const same = [['A.txt', 'a.TXT'], ['\u00e9', 'e\u0301', '\u00c9'], ['straße', 'STRASSE'], ['a\u00adb', 'ab'], ['ﬁ', 'FI'], ['K', 'K']] // biome-ignore format: a list to be read as one
  for (const names of same) expect(new Set(names.map(folded)).size).toBe(1)
  expect(folded('a')).not.toBe(folded('b'))
})

test('keys are ordered by their bytes', () => {
  const keys = ['a', 'a/b', 'a b', 'ab', '\uffff', '😀', 'é', 'Z']
  const wanted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect(keys.toSorted(byBytes)).toEqual(wanted)
})
