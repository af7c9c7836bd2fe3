import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '../backup/faults.ts'
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
  })
})

test('what an item is follows from its MIME type, also where a document carries a size', () => {
  const kind = (mimeType: string) => parseItem({ id: 'x', name: '', mimeType, size: '1024' }).content
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
  expect(parseItem({ ...shortcut, shortcutDetails: { targetId: 't', targetMimeType: 'text/plain' } }).content).toEqual({
    kind: 'shortcut',
    targetId: 't',
    targetMimeType: 'text/plain',
  })
  expect(parseItem(shortcut).content).toEqual({ kind: 'shortcut', targetId: 'unknown', targetMimeType: '' })
})

test('half characters in a name become whole ones', () => {
  expect(parseItem({ ...BLOB, name: 'a\ud800b' }).name).toBe('a\ufffdb')
  expect(parseItem({ ...BLOB, name: 'a😀b\n' }).name).toBe('a😀b\n')
})

test('a revision id that does not fit into an object key is not used', () => {
  expect(parseItem({ ...BLOB, headRevisionId: 'a/b' }).content).toMatchObject({ headRevisionId: null })
})

test.each([
  ['id', '../x'],
  ['id', 'a'.repeat(129)],
  ['name', 7],
  ['mimeType', undefined],
  ['size', undefined],
  ['size', '-1'],
  ['size', 12],
  ['size', '9007199254740993'],
  ['md5Checksum', 'xyz'],
  ['sha256Checksum', BLOB.md5Checksum],
  ['version', 'seven'],
  ['modifiedTime', 'yesterday'],
  ['trashed', 'true'],
  ['parents', 'root'],
  ['parents', [1]],
  ['capabilities', { canDownload: 1 }],
  ['driveId', '/'],
])('a file whose %s is %j is a bad answer that names the file', (field, value) => {
  const parse = () => parseItem({ ...BLOB, [field]: value })
  expect(parse).toThrow(expect.objectContaining({ code: 'google/bad-answer' }))
  if (field !== 'id') expect(parse).toThrow(BLOB.id)
})

test('whatever comes, parsing gives an item or a Fault', () => {
  const strange = fc.oneof(fc.anything(), fc.constantFrom('1', 'a', '2024-01-01T00:00:00Z', '+275761-01-01T00:00:00Z'))
  const almost = fc.record(
    Object.fromEntries(Object.entries(BLOB).map(([k, v]) => [k, fc.oneof(fc.constant(v), strange)])),
  )
  fc.assert(
    fc.property(fc.oneof(almost, fc.anything()), (value) => {
      try {
        const item = parseItem(value)
        expect(item.name.isWellFormed()).toBe(true)
        new Date(item.modifiedTime).toISOString()
      } catch (error) {
        if (!(error instanceof Fault)) throw error
      }
    }),
    { numRuns: 2000 },
  )
})

test('a resource key that could break a header is not kept', () => {
  expect(resourceKeyOf({ resourceKey: '0-abcDEF_1' })).toBe('0-abcDEF_1')
  expect(resourceKeyOf({ resourceKey: 'a\r\nb: c' })).toBe(null)
})
