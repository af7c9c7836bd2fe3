import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { SealError, SecretBox } from './seal.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'drivekeep-seal-'))
  folders.push(made)
  return made
}
const box = (dataDir: string, secret?: string) => new SecretBox({ dataDir, secret })
const SECRET = 'a sentence that nobody guesses'

test('what is sealed opens again, also in another process, and shows nothing of itself', () => {
  const dataDir = folder()
  const sealed = box(dataDir).seal('hush ☂', 'a.b')
  expect(box(dataDir).open(sealed, 'a.b')).toEqual({ text: 'hush ☂' })
  expect(sealed).not.toContain('hush')
  expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString()).not.toContain('hush')
  expect(box(dataDir).seal('hush ☂', 'a.b')).not.toBe(sealed)
})

test('the key file is made once, for its owner alone', () => {
  const dataDir = join(folder(), 'not', 'there', 'yet')
  box(dataDir).seal('one', 'a')
  const file = join(dataDir, 'secret.key')
  const before = readFileSync(file, 'utf8')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  box(dataDir).seal('two', 'b')
  expect(readFileSync(file, 'utf8')).toBe(before)
})

test('with DRIVEKEEP_SECRET no key file is made, and what an older key sealed still opens', () => {
  const dataDir = folder()
  const sealed = box(dataDir, SECRET).seal('hush', 'a')
  expect(() => statSync(join(dataDir, 'secret.key'))).toThrow()
  expect(box(dataDir, SECRET).open(sealed, 'a')).toEqual({ text: 'hush' })
  const byFile = box(dataDir).seal('by file', 'b')
  expect(box(dataDir, SECRET).open(byFile, 'b')).toEqual({ text: 'by file' })
})

test.each<[string, (dataDir: string) => string | undefined, RegExp]>([
  [
    'missing key',
    (dir) => void rmSync(join(dir, 'secret.key')),
    /a key that is not here \(there is no .*secret\.key, and DRIVEKEEP_SECRET is not set\)/,
  ],
  [
    'other key file',
    (dir) => void writeFileSync(join(dir, 'secret.key'), Buffer.alloc(32, 7).toString('base64')),
    /secret\.key is another one/,
  ],
  [
    'other DRIVEKEEP_SECRET',
    (dir) => {
      rmSync(join(dir, 'secret.key'))
      return 'quite another sentence'
    },
    /so is DRIVEKEEP_SECRET/,
  ],
])('a %s is said, with what is there', (_, damage, said) => {
  const dataDir = folder()
  const sealed = box(dataDir).seal('hush', 'a')
  const secret = damage(dataDir)
  expect(box(dataDir, secret).open(sealed, 'a')).toEqual({ unreadable: expect.stringMatching(said) })
})

test('what was altered, or belongs to another name, does not open', () => {
  const dataDir = folder()
  const sealed = box(dataDir).seal('hush', 'a')
  const damaged = { unreadable: 'is damaged in the catalog' }
  const parts = sealed.split('.')
  parts[3] = (parts[3]?.startsWith('A') ? 'B' : 'A') + (parts[3]?.slice(1) ?? '')
  expect(box(dataDir).open(parts.join('.'), 'a')).toEqual(damaged)
  expect(box(dataDir).open(sealed, 'b')).toEqual(damaged)
  for (const text of ['', 'hush', 'v1....', `${sealed}x`]) expect(box(dataDir).open(text, 'a')).toEqual(damaged)
})

test('a key file without a key, and a short secret, are errors that name the remedy', () => {
  const dataDir = folder()
  writeFileSync(join(dataDir, 'secret.key'), '')
  expect(() => box(dataDir).seal('x', 'a')).toThrow(SealError)
  expect(() => box(dataDir).seal('x', 'a')).toThrow(/holds no key\. Put it back/)
  expect(() => box(folder(), 'short').seal('x', 'a')).toThrow(/shorter than 16 characters\. Set a longer one/)
  if (process.getuid?.() === 0) return // root reads everything
  chmodSync(join(dataDir, 'secret.key'), 0)
  expect(() => box(dataDir).seal('x', 'a')).toThrow(/cannot be read/)
})
