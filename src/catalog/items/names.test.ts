import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Content } from '../../backup/model/item.ts'
import { nameWithId, safeName } from './names.ts'

const blob: Content = { kind: 'blob', size: 1, md5: null, sha256: null, headRevisionId: null }
const doc: Content = { kind: 'native', export: { mimeType: 'x/y', extension: '.docx' } }
const ID = '1AbCdEfGhIjKlMnOpQrStUv'
const item = (name: string, content: Content = blob) => ({ id: ID, name, content })

test('a name that is safe is kept to the byte, whatever it looks like', () => {
  for (const name of [' a ', 'a%2Fb', 'a+b#c?d', 'Zoë', 'Zoe\u0308', '…', '..a', '.bashrc', '😀.txt', 'a\\b', '~$x'])
    expect(safeName(item(name))).toEqual({ name, exact: true })
})

test('a name that would escape or break something is replaced and carries the id', () => {
  expect(safeName(item('..')).name).toBe(`.. (${ID})`)
  expect(safeName(item('')).name).toBe(` (${ID})`)
  expect(safeName(item('a/b.txt')).name).toBe(`a_b (${ID}).txt`)
  expect(safeName(item('two\nlines.pdf')).name).toBe(`two_lines (${ID}).pdf`)
  expect(safeName(item('.orphaned')).name).toBe(`.orphaned (${ID})`)
})

test('native documents and shortcuts are stored under the extension of what is stored', () => {
  expect(safeName(item('Plan 1.5', doc)).name).toBe('Plan 1.5.docx')
  expect(nameWithId(item('Plan 1.5', doc))).toBe(`Plan 1.5 (${ID}).docx`)
  expect(safeName(item('x', { kind: 'shortcut', targetId: 't', targetMimeType: 'm' })).name).toBe('x.shortcut.json')
})

test('property: every name becomes one segment that cannot escape, and with its id still one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(blob, doc), (name, content) => {
      for (const stored of [safeName(item(name, content)).name, nameWithId(item(name, content))]) {
        expect(stored).not.toBe('')
        expect(['.', '..']).not.toContain(stored)
        expect(stored.isWellFormed()).toBe(true)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(stored).not.toMatch(/[/\u0000-\u001f\u007f]/)
      }
    }),
  )
})

test('property: a name with an id is never the plain name of another item, nor its name with an id', () => {
  const other = { id: '1ZyXwVuTsRqPoNmLkJiHgFe', content: blob }
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom(blob, doc), (a, b, content) => {
      const mine = nameWithId(item(a, content))
      for (const name of [b, mine, mine.replace('.docx', '')]) {
        expect(safeName({ ...other, name }).name).not.toBe(mine)
        expect(nameWithId({ ...other, name })).not.toBe(mine)
      }
    }),
  )
})
