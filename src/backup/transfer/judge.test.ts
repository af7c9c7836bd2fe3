import { describe, expect, test } from 'vitest'
import type { Copy } from '../model/catalog.ts'
import type { Head } from '../model/destination.ts'
import type { Item } from '../model/item.ts'
import { isCopy, judge } from './judge.ts'

const head = (more: Partial<Head> = {}): Head => ({
  ...{ size: 5, etag: 'etag', versionId: null, fileId: 'file', revision: 'r1', sha256: null },
  ...more,
})
const copy = (more: Partial<Copy> = {}): Copy => ({
  ...{ id: 1, file: 1, fileId: 'file', revision: 'r1', destination: 'a', key: 'key', versionId: null },
  ...{ etag: 'etag', size: 5, sha256: null, place: 'mirror' },
  ...more,
})
const wanted = (size = 5, sha256: string | null = null) => ({
  item: { id: 'file', content: { kind: 'blob', size, sha256, md5: null, headRevisionId: null } } as Item,
  revision: 'r1',
})

describe('what lies under a key', () => {
  test.each([
    ['nothing', null, wanted(), null, 'nothing'],
    ['the wanted content', head(), wanted(), null, 'wanted'],
    ['the wanted content, with the right checksum', head({ sha256: 'x' }), wanted(5, 'x'), null, 'wanted'],
    ['the labels of the wanted content on other bytes', head({ sha256: 'y' }), wanted(5, 'x'), null, 'ours'],
    ['the labels of the wanted content without its checksum', head(), wanted(5, 'x'), null, 'ours'],
    ['the labels of the wanted content on more bytes', head({ size: 6 }), wanted(), null, 'ours'],
    ['another revision', head({ revision: 'r0' }), wanted(), null, 'ours'],
    ['another file', head({ fileId: 'other' }), wanted(), null, 'ours'],
    ['no labels', head({ fileId: null, revision: null }), wanted(), null, 'foreign'],
    ['half of our labels', head({ revision: null }), wanted(), null, 'foreign'],
    [
      'no labels, but the ETag of the copy that is known there',
      head({ fileId: null, revision: null }),
      null,
      copy(),
      'ours',
    ],
    [
      'no labels, and another ETag than the copy',
      head({ fileId: null, revision: null, etag: 'b' }),
      null,
      copy(),
      'foreign',
    ],
  ] as const)('%s', (_, found, wants, known, is) => {
    expect(judge(found, wants, known).is).toBe(is)
  })

  test('the catalog says which content it is where the object is the copy that it knows', () => {
    const stripped = head({ fileId: null, revision: null })
    expect(judge(stripped, null, copy())).toMatchObject({ fileId: 'file', revision: 'r1', head: { fileId: 'file' } })
    expect(judge(head({ fileId: 'other' }), null, copy())).toMatchObject({ fileId: 'file', revision: 'r1' })
  })
})

describe('whether an object is a copy', () => {
  test.each([
    ['it is gone', null, copy(), false],
    ['its ETag', head({ fileId: null, revision: null }), copy(), true],
    ['written again in parts, with its labels', head({ etag: 'etag-1' }), copy(), true],
    [
      'written again without labels, with another ETag',
      head({ etag: 'b', fileId: null, revision: null }),
      copy(),
      false,
    ],
    ['its labels on more bytes', head({ etag: 'b', size: 6 }), copy(), false],
    ['its labels on other bytes', head({ etag: 'b', sha256: 'x' }), copy({ sha256: 'y' }), false],
    ['its labels, and no ETag known', head({ etag: null }), copy({ etag: null }), true],
    ['no ETag known, and no labels', head({ etag: null, fileId: null, revision: null }), copy({ etag: null }), false],
    ['another revision', head({ etag: 'b', revision: 'r2' }), copy(), false],
  ] as const)('%s', (_, found, known, is) => {
    expect(isCopy(found, known)).toBe(is)
  })
})
