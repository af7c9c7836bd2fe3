import { expect, test } from 'vitest'
import { redactor } from './redact.ts'

test('a secret is taken out as it is, inside JSON and percent-encoded', () => {
  const redact = redactor(['p/"ss+word'])
  const url = `https://example.com/?key=${encodeURIComponent('p/"ss+word')}`
  expect(redact(`p/"ss+word ${JSON.stringify({ key: 'p/"ss+word' })} ${url}`)).toBe(
    '[secret] {"key":"[secret]"} https://example.com/?key=[secret]',
  )
})

test('of secrets that hold one another the longer one goes first; short ones are left, or they would strike everywhere', () => {
  const redact = redactor(['secret-key', 'secret-key-and-more', 'a', ''])
  expect(redact('a secret-key-and-more, a secret-key')).toBe('a [secret], a [secret]')
})

test('tokens that Google hands out while we run are known by their form', () => {
  const redact = redactor([])
  expect(redact('token ya29.a0AfB_byC-xyz123 and 1//0gabcDEF-ghi_jkl')).toBe('token [secret] and [secret]')
  expect(redact('"authorization":"Bearer abcdefghijklmnop"')).toBe('"authorization":"Bearer [secret]"')
  expect(redact('11//22 and ya29.short')).toBe('11//22 and ya29.short')
})
