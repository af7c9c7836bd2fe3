import fc from 'fast-check'
import { test } from 'vitest'
import { stringify } from 'yaml'
import { schema } from '../schema/schema.ts'
import { allKeys } from '../schema/schema-walk.ts'
import { Scratch, SIGN_IN } from '../scratch.ts'
import { ConfigError } from './problems.ts'

/** Loads it, and fails on anything but a Config or a ConfigError whose problems point into the file. */
function survives(scratch: Scratch, text: string | Uint8Array): void {
  try {
    scratch.load(text, SIGN_IN)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const places = error.problems.every(({ line, column }) => line === null || (line > 0 && (column ?? 0) > 0))
    if (!places || error.problems.length === 0 || error.message.includes('undefined')) throw new Error(error.message)
  }
}

const names = [...new Set(allKeys(schema).flatMap(({ path }) => path)), '__proto__', 'constructor', 'x', '', '<<']
const anything = fc.letrec((again) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1e9,
      0.5,
      Number.NaN,
      '',
      `\${X}`,
      `\${GOOGLE_CLIENT_ID}`,
      '${',
      '*a',
      'https://x',
    ),
    fc.string(),
    fc.array(again('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), again('value'), { maxKeys: 6 }),
  ),
})).value

test('any values under any keys are a configuration or a clear error', () => {
  using scratch = new Scratch()
  fc.assert(
    fc.property(anything, (value) => survives(scratch, stringify(value))),
    { numRuns: 1500 },
  )
})

const piece = fc.constantFrom(
  '\n',
  '  ',
  '\t',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a ',
  '*a',
  '"',
  "'",
  '|',
  '---',
  '!!binary ',
  '? ',
  '#',
  '${',
  '$${',
  '%',
  ...names,
)

test('any text is a configuration or a clear error', () => {
  using scratch = new Scratch()
  const text = fc.oneof(
    fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 60 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(text, (text) => survives(scratch, text)),
    { numRuns: 3000 },
  )
})

test('any bytes are a configuration or a clear error', () => {
  using scratch = new Scratch()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(scratch, bytes)),
    { numRuns: 500 },
  )
})
