import { z } from 'zod'
import type { Loaded } from '../file/load.ts'
import { isFileOnly } from './file-only.ts'
import { SEALED_KEYS, schema } from './schema.ts'
import { ANY_NAME, allKeys, schemaAt } from './schema-walk.ts'

/** A key of the configuration as it stands, for people who look at all of them. */
export interface ListedSetting {
  key: string
  /** In the file's own units; null also where it is secret. */
  value: unknown
  default: unknown
  origin: 'file' | 'dashboard' | 'default'
  description: string
  secret: boolean
  /** Whether there is a value at all. */
  set: boolean
  /** Whether the dashboard may change it. */
  editable: boolean
  /** The JSON Schema of its value. */
  schema: Record<string, unknown>
}

/** Every key with its value, those of each source and destination apart, in the order of the schema. */
export function listedSettings({ written, originOf, entries }: Loaded): ListedSetting[] {
  const names = (section: string | undefined) =>
    section === 'sources' ? entries.map(({ name }) => name) : Object.keys(written.destinations)
  return allKeys(schema).flatMap(({ path, description, default: byDefault }) => {
    const about = { default: byDefault, description, schema: jsonSchemaAt(path) }
    const paths = path.includes(ANY_NAME)
      ? names(path[0]).map((name) => path.map((part) => (part === ANY_NAME ? name : part)))
      : [path]
    return paths.map((at) => {
      const key = at.join('.')
      const value = at.reduce<unknown>((section, part) => (section as Record<string, unknown>)[part], written)
      const secret = SEALED_KEYS.includes(at.at(-1) ?? '')
      const set = value !== null
      return {
        key,
        ...about,
        value: secret ? null : value,
        origin: originOf(at),
        secret,
        set,
        editable: !isFileOnly(key),
      }
    })
  })
}

const schemas = new Map<string, Record<string, unknown>>()

function jsonSchemaAt(path: readonly string[]): Record<string, unknown> {
  const key = path.join('.')
  const known = schemas.get(key)
  if (known !== undefined) return known
  const found = schemaAt(schema, path)
  if (found === null) throw new Error(`the schema has no ${key}`)
  const { $schema, remedy, description, ...own } = z.toJSONSchema(found, { io: 'input' }) as Record<string, unknown>
  schemas.set(key, own)
  return own
}
