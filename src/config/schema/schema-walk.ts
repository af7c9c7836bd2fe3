import { z } from 'zod'
import type { Path } from '../file/document.ts'

/** What the schema knows of one key. */
export interface KeyInfo {
  path: readonly string[]
  description: string
  remedy: string
  default: unknown
}

/** Stands for the name of a source or destination, which may be any. */
export const ANY_NAME = '<name>'

/** The schema of the value at `path`, wrappers and all; null when there is no such key. */
export function schemaAt(root: z.core.$ZodType, path: Path): z.core.$ZodType | null {
  let current: z.core.$ZodType | null = root
  for (const part of path) {
    const bare: z.core.$ZodType | null = current === null ? null : unwrap(current)
    if (bare instanceof z.ZodObject) current = typeof part === 'string' ? (childOf(bare, part) ?? othersOf(bare)) : null
    else if (bare instanceof z.ZodRecord) current = bare.valueType
    else if (bare instanceof z.ZodArray) current = bare.element
    else return null
  }
  return current
}

/** Whether a value, and no section, stands at `path`. */
export function isValueKey(root: z.core.$ZodType, path: readonly string[]): boolean {
  const found = schemaAt(root, path)
  const bare = found === null ? null : unwrap(found)
  return bare !== null && !(bare instanceof z.ZodObject) && !(bare instanceof z.ZodRecord)
}

/** The keys of the section at `path`; empty when it is not a section, or takes any name. */
export function keysAt(root: z.core.$ZodType, path: Path): string[] {
  const found = schemaAt(root, path)
  const bare = found === null ? null : unwrap(found)
  return bare instanceof z.ZodObject && othersOf(bare) === null ? Object.keys(bare.shape) : []
}

/** Every key that holds a value, from the top, with its default. */
export function allKeys(root: z.core.$ZodType, path: readonly string[] = []): KeyInfo[] {
  const bare = unwrap(root)
  if (bare instanceof z.ZodObject) {
    const others = othersOf(bare)
    if (others !== null) return allKeys(others, [...path, ANY_NAME])
    return Object.entries(bare.shape).flatMap(([name, inner]) => allKeys(inner as z.core.$ZodType, [...path, name]))
  }
  if (bare instanceof z.ZodRecord) return allKeys(bare.valueType, [...path, ANY_NAME])
  return [{ path, ...metaOf(root), default: z.parse(root, undefined) }]
}

/** The description and remedy of a key; empty for what has none of its own. */
export function metaOf(found: z.core.$ZodType): { description: string; remedy: string } {
  const meta = z.globalRegistry.get(found)
  return { description: meta?.description ?? '', remedy: typeof meta?.remedy === 'string' ? meta.remedy : '' }
}

function childOf(section: z.ZodObject, name: string): z.core.$ZodType | null {
  return Object.hasOwn(section.shape, name) ? (section.shape[name] ?? null) : null
}

/** What any other name may hold, in a section that takes any; its known names hold the same. */
function othersOf(section: z.ZodObject): z.core.$ZodType | null {
  const { catchall } = section.def
  return catchall === undefined || catchall instanceof z.ZodNever ? null : catchall
}

function unwrap(found: z.core.$ZodType): z.core.$ZodType {
  const wrapped = found instanceof z.ZodDefault || found instanceof z.ZodPrefault || found instanceof z.ZodNullable
  return wrapped ? unwrap(found.def.innerType) : found
}
