import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Item } from '../../backup/model/item.ts'
import { parseItem, resourceKeyOf } from './items.ts'

const BLOB = {
  id: '1bAQabcdefghijklmnopqrstuvwxyz_-0',
  name: 'a.tar.gz',
  mimeType: 'application/gzip',
  parents: ['0AFr', 'second'],
  size: '1234',
  md5Checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  sha256Checksum: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  headRevisionId: '0B3x-Y_z.1',
  version: '7',
  createdTime: '2024-01-02T03:04:05.678Z',
  modifiedTime: '2009-01-02T03:04:05.678Z',
  trashed: true,
  explicitlyTrashed: false,
  ownedByMe: true,
  capabilities: { canDownload: true },
}

function parsed(value: object): Item {
  const item = parseItem(value)
  if (item === null) throw new Error('no item')
  return item
}

test('a blob keeps everything that Drive says of it', () => {
  expect(parseItem(BLOB)).toEqual({
    id: BLOB.id,
    name: 'a.tar.gz',
    parentId: '0AFr',
    mimeType: 'application/gzip',
    createdTime: Date.UTC(2024, 0, 2, 3, 4, 5, 678),
    modifiedTime: Date.UTC(2009, 0, 2, 3, 4, 5, 678),
    version: 7,
    trashed: true,
    explicitlyTrashed: false,
    ownedByMe: true,
    driveId: null,
    canDownload: true,
    content: {
      kind: 'blob',
      size: 1234,
      md5: BLOB.md5Checksum,
      sha256: BLOB.sha256Checksum,
      headRevisionId: '0B3x-Y_z.1',
    },
    unreadable: null,
  })
})

test('what an item is follows from its MIME type, also where a document carries a size', () => {
  const kind = (mimeType: string) => parsed({ id: 'x', name: '', mimeType, size: '1024' }).content
  expect(kind('application/vnd.google-apps.document')).toMatchObject({ kind: 'native', export: { extension: '.docx' } })
  expect(kind('application/vnd.google-apps.spreadsheet')).toMatchObject({ export: { extension: '.xlsx' } })
  expect(kind('application/vnd.google-apps.presentation')).toMatchObject({ export: { extension: '.pptx' } })
  expect(kind('application/vnd.google-apps.drawing')).toMatchObject({ export: { extension: '.svg' } })
  expect(kind('application/vnd.google-apps.script')).toMatchObject({ export: { extension: '.json' } })
  for (const type of ['form', 'site', 'map', 'jam', 'vid', 'drive-sdk.1234', 'constructor', 'of-next-year']) {
    expect(kind(`application/vnd.google-apps.${type}`)).toEqual({ kind: 'native', export: null })
  }
  expect(kind('application/vnd.google-apps.folder')).toEqual({ kind: 'folder' })
  expect(kind('text/plain')).toMatchObject({ kind: 'blob', size: 1024 })
})

test('a shortcut names its target, and one without a target is still an item', () => {
  const shortcut = { id: 'x', name: 's', mimeType: 'application/vnd.google-apps.shortcut' }
  expect(parsed({ ...shortcut, shortcutDetails: { targetId: 't', targetMimeType: 'text/plain' } }).content).toEqual({
    kind: 'shortcut',
    targetId: 't',
    targetMimeType: 'text/plain',
  })
  expect(parsed(shortcut).content).toEqual({ kind: 'shortcut', targetId: 'unknown', targetMimeType: '' })
})

test('half characters in a name become whole ones', () => {
  expect(parsed({ ...BLOB, name: 'a\ud800b' }).name).toBe('a\ufffdb')
  expect(parsed({ ...BLOB, name: 'a😀b\n' }).name).toBe('a😀b\n')
})

test('a revision id that does not fit into an object key is not used', () => {
  expect(parsed({ ...BLOB, headRevisionId: 'a/b' }).content).toMatchObject({ headRevisionId: null })
})

test.each([[undefined], ['../x'], ['a'.repeat(129)], [7]])('an entry with the id %j is not an item', (id) => {
  expect(parseItem({ ...BLOB, id })).toBe(null)
  expect(parseItem(id)).toBe(null)
})

test.each<[field: string, value: unknown, unreadable: string]>([
  ['mimeType', undefined, 'it has no mimeType'],
  ['mimeType', 7, 'its mimeType is 7'],
  ['mimeType', { a: 1 }, 'its mimeType is an object'],
  ['size', undefined, 'it has no size'],
  ['size', '-1', 'its size is -1'],
  ['size', -1, 'its size is -1'],
  ['size', 1.5, 'its size is 1.5'],
  ['size', '9007199254740993', 'its size is 9007199254740993'],
  ['size', [], 'its size is a list'],
  ['size', `1\n\u001b[31m${'x'.repeat(500)}`, `its size is 1 [31m${'x'.repeat(74)}…`],
])('a file whose %s is %j cannot be copied, and says why', (field, value, unreadable) => {
  expect(parsed({ ...BLOB, [field]: value })).toMatchObject({ id: BLOB.id, name: BLOB.name, unreadable })
})

test('what is known of a file that cannot be copied is kept', () => {
  const { content } = parsed({ ...BLOB, size: 'many', md5Checksum: 'x', sha256Checksum: null, headRevisionId: '/' })
  expect(content).toEqual({ kind: 'blob', size: 0, md5: null, sha256: null, headRevisionId: null })
  expect(parsed({ ...BLOB, mimeType: null }).content).toMatchObject({ size: 1234, md5: BLOB.md5Checksum })
})

test.each<[field: string, value: unknown, means: object]>([
  ['size', 1234, { content: { size: 1234 } }],
  ['version', 7, { version: 7 }],
  ['version', 'seven', { version: 0 }],
  ['md5Checksum', BLOB.md5Checksum.toUpperCase(), { content: { md5: BLOB.md5Checksum } }],
  ['md5Checksum', 'xyz', { content: { md5: null } }],
  ['sha256Checksum', BLOB.sha256Checksum.toUpperCase(), { content: { sha256: BLOB.sha256Checksum } }],
  ['sha256Checksum', BLOB.md5Checksum, { content: { sha256: null } }],
  ['name', undefined, { name: '(unnamed)' }],
  ['name', 7, { name: '(unnamed)' }],
  ['trashed', 'true', { trashed: false }],
  ['parents', 'root', { parentId: null }],
  ['parents', [1], { parentId: null }],
  ['capabilities', { canDownload: 1 }, { canDownload: true }],
  ['capabilities', [], { canDownload: true }],
  ['driveId', '/', { driveId: null }],
])('a file whose %s is %j is a normal item', (field, value, means) => {
  expect(parsed({ ...BLOB, [field]: value })).toMatchObject({ ...means, unreadable: null })
})

test.each([
  ['2016-12-31T23:59:60.000Z', '2016-12-31T23:59:59.000Z'],
  ['12345-06-07T08:09:10.000Z', '9999-12-31T23:59:59.999Z'],
  ['+012345-06-07T08:09:10.000Z', '9999-12-31T23:59:59.999Z'],
  ['9999-12-31T23:59:59.999-01:00', '9999-12-31T23:59:59.999Z'],
  ['+275761-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'],
  ['-0044-03-15T12:00:00.000Z', '0001-01-01T00:00:00.000Z'],
  ['-000044-03-15T12:00:00.000Z', '0001-01-01T00:00:00.000Z'],
  ['0000-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z'],
  ['0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z'],
  ['2023-02-31T99:00:00.000Z', '1970-01-01T00:00:00.000Z'],
  ['yesterday 5', '1970-01-01T00:00:00.000Z'],
  [1700000000000, '1970-01-01T00:00:00.000Z'],
])('the date %j becomes %s', (date, means) => {
  const item = parsed({ ...BLOB, modifiedTime: date, createdTime: date })
  expect(new Date(item.modifiedTime).toISOString()).toBe(means)
  expect(item).toMatchObject({ createdTime: item.modifiedTime, unreadable: null })
})

test('a shortcut whose details are odd has an unknown target', () => {
  const shortcut = { ...BLOB, mimeType: 'application/vnd.google-apps.shortcut' }
  for (const shortcutDetails of [{}, [], 'x', { targetId: '../x', targetMimeType: 7 }]) {
    const { content, unreadable } = parsed({ ...shortcut, shortcutDetails })
    expect([content, unreadable]).toEqual([{ kind: 'shortcut', targetId: 'unknown', targetMimeType: '' }, null])
  }
})

test('whatever comes, parsing never throws, and an item’s texts and times are safe to store', () => {
  const strange = fc.oneof(fc.anything(), fc.constantFrom('1', 'a', '2024-01-01T00:00:00Z', '+275761-01-01T00:00:00Z'))
  const almost = fc.record(
    Object.fromEntries(Object.entries(BLOB).map(([k, v]) => [k, fc.oneof(fc.constant(v), strange)])),
  )
  fc.assert(
    fc.property(fc.oneof(almost, fc.anything()), (value) => {
      const item = parseItem(value)
      if (item === null) return
      for (const text of [item.name, item.mimeType, item.unreadable ?? '']) expect(text.isWellFormed()).toBe(true)
      for (const ms of [item.createdTime, item.modifiedTime]) expect(new Date(ms).toISOString()).toMatch(/^\d{4}-/)
      expect((item.unreadable ?? '').length).toBeLessThan(110)
    }),
    { numRuns: 2000 },
  )
})

test('a resource key that could break a header is not kept', () => {
  expect(resourceKeyOf({ resourceKey: '0-abcDEF_1' })).toBe('0-abcDEF_1')
  expect(resourceKeyOf({ resourceKey: 'a\r\nb: c' })).toBe(null)
})
