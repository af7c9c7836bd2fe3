import { expect, test } from 'vitest'
import { ROUTES } from './contract/index.ts'
import { openApiDocument } from './openapi.ts'

const document = openApiDocument('1.2.3')
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))

test('every route is an operation, with a name of its own and a response for each refusal', () => {
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(ROUTES.map(({ id }) => id).sort())
  for (const { id, route } of ROUTES) {
    const operation = operations.find(({ operationId }) => operationId === id)
    const statuses = Object.keys(operation?.responses ?? {})
    expect(statuses).toEqual(expect.arrayContaining(['200', '400', ...Object.keys(route.refusals)]))
    for (const one of Object.values(operation?.responses ?? {})) expect(one.description).toMatch(/\.$/)
  }
})

test('every schema that is named is there, and none that nobody names', () => {
  const text = JSON.stringify(document)
  const named = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name))
  const events = ['Status', 'Progress', 'Activity', 'Gap']
  expect([...named, ...events].filter((name) => !(name in document.components.schemas))).toEqual([])
  const known = Object.keys(document.components.schemas)
  expect(known.filter((name) => !named.has(name) && !events.includes(name))).toEqual([])
})

test('a schema has a second name only where what is sent differs from what is received', () => {
  const { schemas } = document.components
  for (const name of Object.keys(schemas).filter((one) => one.endsWith('Input'))) {
    expect(schemas[name.slice(0, -'Input'.length)]).toBeDefined()
    expect(schemas[name]).not.toEqual(schemas[name.slice(0, -'Input'.length)])
  }
  expect(Object.keys(schemas)).toContain('DestinationDraft')
  expect(Object.keys(schemas)).not.toContain('StatusInput')
})

test('a path names its parameters, and a parameter with a default may be omitted', () => {
  const { get } = document.paths['/api/files/{id}'] ?? {}
  expect(get?.parameters).toEqual([{ in: 'path', name: 'id', required: true, schema: { type: 'integer' } }])
  const limit = document.paths['/api/files']?.get?.parameters?.find(({ name }) => name === 'limit')
  expect(limit).toEqual({
    in: 'query',
    name: 'limit',
    required: false,
    schema: { type: 'integer', default: 100, minimum: 1, maximum: 500 },
  })
})

test('it says which operations take a token, and which only a person', () => {
  expect(document.paths['/api/status']?.get?.security).toEqual([{ session: [] }, { token: [] }])
  expect(document.paths['/api/tokens']?.post?.security).toEqual([{ session: [] }])
  expect(document.paths['/api/health']?.get?.security).toEqual([])
})
