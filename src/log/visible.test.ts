import { expect, test } from 'vitest'
import { visible } from './visible.ts'

test('what a terminal would obey or hide is shown escaped, and everything else is left', () => {
  expect(visible('a\nb\tc\u001b[31m\u0007\u009b')).toBe('a\\nb\\tc\\x1b[31m\\x07\\x9b')
  expect(visible('evil\u202etxt.exe \ud800')).toBe('evil\\u{202e}txt.exe \\u{d800}')
  expect(visible('Übersicht 会議 👨‍👩‍👧.pdf')).toBe('Übersicht 会議 👨‍👩‍👧.pdf')
})
