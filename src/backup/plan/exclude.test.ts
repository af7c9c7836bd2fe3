import { expect, test } from 'vitest'
import { excluder } from './exclude.ts'

test('the guide’s patterns match names at any depth', () => {
  const excludes = excluder(['*.tmp', '.DS_Store', '~$*', '*.log', 'Thumbs.db'], [])
  for (const path of ['a.tmp', 'x/y/b.tmp', 'x/.DS_Store', 'Docs/~$plan.docx', 'Thumbs.db'])
    expect(excludes(path), path).toBe(true)
  for (const path of ['a.tmpl', 'tmp', 'Thumbs.db.txt', 'plan~$.docx']) expect(excludes(path), path).toBe(false)
})

test('patterns are gitignore: folders, anchors and exceptions', () => {
  const excludes = excluder(['/Private', 'cache/', '*.iso', '!keep.iso'], [])
  expect(['Private/a', 'x/Private/a', 'x/cache/y', 'a.iso', 'keep.iso'].map(excludes)).toEqual([
    true,
    false,
    true,
    true,
    false,
  ])
})

test('paths name a folder with all below it, or one file, and nothing else', () => {
  const excludes = excluder([], ['/Photos/Raw/', 'a.txt', ''])
  expect(['Photos/Raw', 'Photos/Raw/x/y', 'Photos/Rawest', 'a.txt', 'b/a.txt'].map(excludes)).toEqual([true, true, false, true, false]) // biome-ignore format: a table
})

test('names in Drive that look like ways out are only text', () => {
  const excludes = excluder(['*.tmp'], [])
  for (const path of ['..', '../../etc', '/', './x', '//a.tmp/b']) expect(() => excludes(path)).not.toThrow()
})
