/** The part of JSON Schema that the server's OpenAPI document uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  default?: unknown
}

/** What is sent may leave out what has a default; what is received has everything. */
export type Direction = 'sent' | 'received'

/** A JSON Schema as a TypeScript type. Throws where it knows no better than `unknown` would. */
export function typeOf(schema: Schema, direction: Direction): string {
  if (schema.$ref !== undefined) return componentName(schema.$ref)
  const variants = schema.anyOf ?? schema.oneOf
  if (variants !== undefined) return union(variants.map((one) => typeOf(one, direction)))
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)))
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ ...schema, type }, direction)))
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return `(${typeOf(schema.items ?? {}, direction)})[]`
    case 'object':
      return objectType(schema, direction)
    case undefined:
      return 'unknown'
    default:
      throw new Error(`a schema of type ${schema.type} has no type here yet`)
  }
}

/** One field of an object type. */
export function field(name: string, schema: Schema, required: boolean, direction: Direction): string {
  const type = typeOf(schema, direction)
  if (required && (direction === 'received' || schema.default === undefined)) return `${name}: ${type}`
  // `undefined` as well, so that a filter that is not set needs no case of its own.
  return `${name}?: ${type}${direction === 'sent' ? ' | undefined' : ''}`
}

/** Every component that a schema names, with those that they name. */
export function componentsIn(schema: Schema, all: Record<string, Schema>, found = new Set<string>()): Set<string> {
  const name = schema.$ref === undefined ? undefined : componentName(schema.$ref)
  if (name !== undefined && !found.has(name)) {
    found.add(name)
    componentsIn(all[name] ?? {}, all, found)
  }
  const further = typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
  const items = schema.items === undefined ? [] : [schema.items]
  const properties = Object.values(schema.properties ?? {})
  for (const part of [...items, ...properties, ...further, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    componentsIn(part, all, found)
  }
  return found
}

function objectType(schema: Schema, direction: Direction): string {
  const { properties = {}, required = [], additionalProperties } = schema
  if (Object.keys(properties).length === 0 && typeof additionalProperties === 'object') {
    return `Record<string, ${typeOf(additionalProperties, direction)}>`
  }
  if (Object.keys(properties).length === 0) return 'Record<string, never>'
  const fields = Object.entries(properties).map(([name, part]) => field(name, part, required.includes(name), direction))
  return `{ ${fields.join('; ')} }`
}

function union(types: string[]): string {
  return [...new Set(types)].join(' | ')
}

function componentName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}
