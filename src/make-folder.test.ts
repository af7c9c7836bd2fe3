import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drivekeep-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('all levels that are missing are made, and what is there stays', () => {
  makeFolder(join(folder, 'a/b/c'))
  writeFileSync(join(folder, 'a/b/file'), '')
  makeFolder(join(folder, 'a/b/c'))
  makeFolder(join(folder, 'a/b/c/d'))
  expect([existsSync(join(folder, 'a/b/c/d')), existsSync(join(folder, 'a/b/file'))]).toEqual([true, true])
})

test('a link to a folder is as good as the folder', () => {
  mkdirSync(join(folder, 'disk'))
  symlinkSync('disk', join(folder, 'link'))
  makeFolder(join(folder, 'link/data'))
  expect(existsSync(join(folder, 'disk/data'))).toBe(true)
})

test('a link to a disk that is not mounted is said to be one, also with folders below it', () => {
  symlinkSync('/mnt/not-mounted', join(folder, 'link'))
  for (const name of ['link', 'link/data']) {
    expect(() => makeFolder(join(folder, name))).toThrow(
      /link is a link to \/mnt\/not-mounted, which is no folder\..*mount/,
    )
  }
})

test('a place that takes no folders ends with a message, and not never', () => {
  for (const place of ['/proc/nope', '/proc/1/nope/x']) {
    expect(() => makeFolder(place)).toThrow(/^the folder \/proc\/(1\/)?nope cannot be made: \/proc(\/1)? takes none\./)
  }
})

test('a name that can be none of a folder is said to be so', () => {
  expect(() => makeFolder(join(folder, 'x'.repeat(300)))).toThrow(/its name is too long/)
  expect(() => makeFolder(join(folder, 'x\0y'))).toThrow(/"\S+x\\u0000y" cannot be made: no name may hold a NUL/)
  writeFileSync(join(folder, 'file'), '')
  expect(() => makeFolder(join(folder, 'file/data'))).toThrow(/file is in the way: a folder is needed there/)
})
