import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { typeOf } from './schema-type.ts'

test('web/api is what the API is now', () => {
  const script = fileURLToPath(new URL('generate-api.ts', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test('what has a default may be left out of what is sent, and is always there in what is received', () => {
  const schema = { type: 'object', required: ['limit'], properties: { limit: { type: 'integer', default: 100 } } }
  expect(typeOf(schema, 'sent')).toBe('{ limit?: number | undefined }')
  expect(typeOf(schema, 'received')).toBe('{ limit: number }')
})

test('a schema becomes the type that says the same', () => {
  expect(typeOf({ anyOf: [{ $ref: '#/components/schemas/FaultText' }, { type: 'null' }] }, 'received')).toBe(
    'FaultText | null',
  )
  expect(typeOf({ type: 'array', items: { type: ['number', 'null'] } }, 'received')).toBe('(number | null)[]')
  expect(typeOf({ enum: ['a', 'b'], type: 'string' }, 'received')).toBe('"a" | "b"')
  expect(typeOf({ type: 'object', additionalProperties: {} }, 'received')).toBe('Record<string, unknown>')
  expect(() => typeOf({ type: 'date' }, 'received')).toThrow('date')
})
