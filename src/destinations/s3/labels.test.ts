import fc from 'fast-check'
import { expect, test } from 'vitest'
import { labelsOf } from '../../../test/destinations/bytes.ts'
import { labelHeaders, readLabels } from './labels.ts'

const sizeOf = (headers: Record<string, string>) =>
  Object.entries(headers)
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .reduce((sum, [name, value]) => sum + name.length + value.length, 0)

test('what was written is read back', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      (path, revision) => {
        const labels = { ...labelsOf(revision, path.toWellFormed()) }
        const { fileId, modifiedTime } = labels
        expect(readLabels(labelHeaders(labels, 'abc'))).toEqual({
          fileId,
          revision,
          modifiedTime,
          sha256: 'abc',
          path: labels.path,
        })
      },
    ),
  )
})

test('labels are printable ASCII and stay under 2,048 bytes, whatever the path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (path) => {
      const headers = labelHeaders(labelsOf('r'.repeat(64), path), 'f'.repeat(64))
      expect(sizeOf(headers)).toBeLessThan(2_000)
      for (const value of Object.values(headers)) expect(value).toMatch(/^[\x21-\x7e][\x20-\x7e]*$|^$/)
    }),
  )
})

test('a long path loses its front and says so; the name survives', () => {
  const path = `${'Ordner 😀/'.repeat(200)}Bericht äöü.pdf`
  const read = readLabels(labelHeaders(labelsOf('r', path), null)).path ?? ''
  expect(read.startsWith('…/')).toBe(true)
  expect(path.endsWith(read.slice(2))).toBe(true)
  expect(read.length).toBeGreaterThan(100)
})

test('a media type is passed on only where it is one', () => {
  const typeOf = (mimeType: string) => labelHeaders({ ...labelsOf(), mimeType }, null)['content-type']
  for (const good of ['text/plain', 'text/plain; charset=utf-8', 'image/svg+xml', 'application/x;name="a b"']) {
    expect(typeOf(good)).toBe(good)
  }
  for (const bad of [
    '',
    'text',
    'text/plain\r\nx-evil: 1',
    'text/plain; charset=ü',
    ' text/plain',
    'text/ plain',
    'a/b; c',
    `a/${'b'.repeat(300)}`,
  ]) {
    expect(typeOf(bad)).toBeUndefined()
  }
})

test('objects of others have no labels', () => {
  const nothing = { fileId: null, revision: null, modifiedTime: null, sha256: null, path: null }
  expect(readLabels({ 'content-length': '1' })).toEqual(nothing)
  expect(readLabels({ 'x-amz-meta-drivekeep-path': '%zz', 'x-amz-meta-drivekeep-modified-time': 'never' })).toEqual(
    nothing,
  )
})
