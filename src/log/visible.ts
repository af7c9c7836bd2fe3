/**
 * What a terminal obeys instead of showing, or shows as nothing: control characters, those that turn the writing around,
 * and blanks of no width. Joiners stay: emoji and several scripts need them.
 */
const UNSEEN = /[\p{Cc}\u200b\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|\p{Cs}/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A name from outside as it may go to a terminal: on one line, with what could move the cursor or hide shown escaped. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return SHORT[character] ?? (code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`)
  })
}
