import type { LineCounter, YAMLParseError, YAMLWarning } from 'yaml'
import type { Problem } from './problems.ts'

/**
 * Says a YAML error in our own words. The parser's messages quote the text, which may be a secret, and name grammar
 * rules instead of what to do.
 */
const KNOWN: Partial<Record<YAMLParseError['code'], readonly [message: string, remedy: string]>> = {
  TAB_AS_INDENT: ['a tab is used to indent', 'YAML takes spaces only: replace the tab by two spaces.'],
  BAD_INDENT: [
    'the indentation does not fit the lines above',
    'Give all keys of one section the same spaces in front.',
  ],
  MISSING_CHAR: ['a colon, comma, quote or bracket is missing here or above', 'Close the quotes and brackets.'],
  UNEXPECTED_TOKEN: ['this is not expected here', 'Put text with special characters in quotes, and close brackets.'],
  BLOCK_AS_IMPLICIT_KEY: ['two colons make this line ambiguous', 'Put the value in quotes.'],
  MULTILINE_IMPLICIT_KEY: ['a key has no colon, or goes over several lines', 'Write `key: value` on one line.'],
  MULTIPLE_DOCS: ['a second document begins here (`---`)', 'Keep one document, without a `---` between its parts.'],
  BAD_ALIAS: ['this alias (`*name`) has no name, or ends in a colon', 'Put a text that begins with * in quotes.'],
  BAD_DQ_ESCAPE: [
    'a backslash in double quotes begins an unknown escape',
    'Use single quotes, or write two backslashes.',
  ],
  BAD_SCALAR_START: ['a value cannot begin with this character', 'Put the value in quotes.'],
  TAG_RESOLVE_FAILED: ['this `!tag` means nothing here', 'Remove it, or put the value in quotes.'],
}

export function yamlProblem(error: YAMLParseError | YAMLWarning, lines: LineCounter): Problem {
  const { line, col } = lines.linePos(error.pos[0])
  // A bracket that stays open swallows the lines below it, until their indentation no longer fits.
  const code = error.code === 'BAD_INDENT' && error.message.startsWith('Flow') ? 'MISSING_CHAR' : error.code
  const [message, remedy] = KNOWN[code] ?? ['is not valid YAML here', 'Correct this line, or the one above it.']
  return { kind: 'wrong', path: '', line: Math.max(line, 1), column: Math.max(col, 1), setBy: null, message, remedy }
}
