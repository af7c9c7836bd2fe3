import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { Scratch, SIGN_IN } from '../scratch.ts'
import { type Answers, configTemplate, envTemplate } from './config-template.ts'
import { jsonSchema } from './json-schema.ts'
import { schema } from './schema.ts'
import { allKeys, keysAt, schemaAt } from './schema-walk.ts'

const ANSWERS: Answers = {
  signIn: { kind: 'refresh-token' },
  destination: { name: 'aws_s3', type: 'aws', bucket: 'my-backup', region: 'eu-west-1', prefix: 'a b', endpoint: null },
}

test('a written configuration loads as it is, once its variables are set', () => {
  using scratch = new Scratch()
  const config = scratch.load(configTemplate(ANSWERS), SIGN_IN)
  expect(config.destinations).toMatchObject([{ bucket: 'my-backup', region: 'eu-west-1', prefix: 'a b' }])
  expect(config.sync.intervalMs).toBe(300_000)
})

test('its .env names every variable that it needs, and filled in it is enough', () => {
  using scratch = new Scratch()
  scratch.write('.env', envTemplate(ANSWERS))
  expect(scratch.complaints(configTemplate(ANSWERS), {}).length).toBe(3)
  scratch.write('.env', envTemplate(ANSWERS).replaceAll(/=$/gm, '=filled'))
  const { sources, destinations } = scratch.load(configTemplate(ANSWERS), {})
  expect(sources[0].auth).toMatchObject({ kind: 'refresh-token', refreshToken: 'filled' })
  expect(destinations[0]).toMatchObject({ credentials: { accessKeyId: 'filled' } })
})

test('a service account is written instead of the sign-in', () => {
  using scratch = new Scratch()
  scratch.write('my key.json', JSON.stringify({ client_email: 'a@b.c', private_key: 'x' }))
  const signIn = { kind: 'service-account', keyFile: 'my key.json', impersonate: 'user@example.com' } as const
  const { auth } = scratch.load(configTemplate({ ...ANSWERS, signIn }), {}).sources[0]
  expect(auth).toMatchObject({ kind: 'service-account', impersonate: 'user@example.com' })
})

test('awkward answers are quoted as YAML needs', () => {
  using scratch = new Scratch()
  const destination = { ...ANSWERS.destination, prefix: 'yes: #1 "x" \\ *' }
  expect(scratch.load(configTemplate({ ...ANSWERS, destination }), SIGN_IN).destinations[0]?.prefix).toBe(
    'yes: #1 "x" \\ *',
  )
})

test('every key has a meaning and a remedy', () => {
  for (const { path, description, remedy } of allKeys(schema)) {
    expect(`${path.join('.')}: ${description} | ${remedy}`).toMatch(/: .+\. \| .+\.$/)
  }
})

test('editors get every key with its default, and accept variables', () => {
  const text = JSON.stringify(jsonSchema())
  for (const { path, description } of allKeys(schema)) {
    expect(text).toContain(`"${path.at(-1)}":{`)
    expect(text).toContain(JSON.stringify(description))
  }
  expect(text).not.toContain('remedy')
  expect(jsonSchema()).toMatchObject({
    properties: {
      sync: {
        properties: {
          interval_seconds: { default: 300, anyOf: [{ type: 'integer', minimum: 1 }, { type: 'string' }] },
        },
      },
    },
  })
})

test('the template omits only what a new configuration should not have', () => {
  const written = parse(configTemplate(ANSWERS))
  const missing = allKeys(schema).filter(({ path }) => {
    const at = path.map((part) => (part === '<name>' ? (path[0] === 'sources' ? 'google_drive' : 'aws_s3') : part))
    return at.reduce((value, part) => value?.[part], written) === undefined
  })
  expect(missing.map(({ path }) => path.join('.'))).toEqual([
    'sources.<name>.service_account_key',
    'destinations.<name>.path',
    'sync.temp_dir',
    'database.url',
  ])
})

test('the schema is walked by the keys it has, and by no others', () => {
  expect(keysAt(schema, ['destinations', 'anything'])).toContain('bucket')
  expect(keysAt(schema, ['sync', 'mode'])).toEqual([])
  expect(schemaAt(schema, ['sync', 'toString'])).toBe(null)
})
