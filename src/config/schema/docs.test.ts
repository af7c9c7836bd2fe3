import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { DESTINATION_TYPE_NAMES, DESTINATION_TYPES, destinationType } from '../../destinations/destination-types.ts'
import { schema } from './schema.ts'
import { ANY_NAME, allKeys, schemaAt } from './schema-walk.ts'

const docs = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
const code = (cell: string | undefined) => cell?.match(/^`(.*)`$/)?.[1] ?? ''
const rows = new Map(
  [...docs.matchAll(/^\| (`[\w.<>]+`) \|(.*)\|$/gm)].map(([, key, rest]) => {
    const [meaning, byDefault, range, example] = (rest ?? '').split(' | ').map((cell) => cell.trim())
    return [code(key), { meaning, byDefault, range, example }]
  }),
)

test.each(allKeys(schema))(
  'docs/configuration.md has $path with its default and an example that is accepted',
  (key) => {
    const row = rows.get(key.path.join('.'))
    expect(row?.meaning).toMatch(/\.$/)
    expect(parse(code(row?.byDefault))).toEqual(key.default)
    expect(row?.range).toBeTruthy()
    const found = schemaAt(schema, key.path)
    if (found !== null) expect(() => z.parse(found, parse(code(row?.example)))).not.toThrow()
  },
)

test('docs/configuration.md has no key that does not exist', () => {
  const known = new Set(allKeys(schema).map(({ path }) => path.join('.')))
  const types = Object.keys(DESTINATION_TYPES)
  expect([...rows.keys()].filter((name) => !known.has(name) && !types.includes(name))).toEqual([])
  expect([...known].some((name) => name.includes(ANY_NAME))).toBe(true)
})

test.each(DESTINATION_TYPE_NAMES)('docs/configuration.md says what type %s needs', (name) => {
  const type = destinationType(name)
  const [region, endpoint] =
    type.kind === 'folder'
      ? ['none', 'none; `path` is needed']
      : [
          type.region.default === null ? 'needed' : `\`${type.region.default}\``,
          type.endpoint.of === null ? 'needed' : 'known',
        ]
  expect(docs).toContain(`| \`${name}\` | ${region} | ${endpoint} |`)
})

test('README names every provider of S3', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const titles = DESTINATION_TYPE_NAMES.filter((name) => name !== 'folder' && name !== 'other').map((name) =>
    destinationType(name).title.replace(/ Object Storage$/, ''),
  )
  expect(titles.filter((title) => !readme.includes(title))).toEqual([])
})
