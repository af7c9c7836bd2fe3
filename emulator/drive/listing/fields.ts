import { invalidParameter } from '../http/errors.ts'

/** A parsed `fields` parameter: the names chosen, each with what is chosen within it; null = all of it. */
export type Mask = ReadonlyMap<string, Mask | null>

/** The names a resource has: nested resources in turn, `leaf` for plain values, `open` for maps with any keys. */
export type Schema = { readonly [name: string]: Schema } | 'leaf' | 'open'

const cache = new Map<string, Mask>()
const CACHED = 500

/**
 * Parses and checks a `fields` value (`a,b(c,d),e/f,*`) against what the resource has.
 * Throws Google's 400 for names it does not have. An empty text selects nothing.
 */
export function parseFields(text: string, schema: Schema, schemaName: string): Mask {
  const key = `${schemaName} ${text}`
  const known = cache.get(key)
  if (known) return known
  const mask = new Parser(text).parse()
  check(mask, schema)
  if (cache.size >= CACHED) cache.clear()
  cache.set(key, mask)
  return mask
}

/** The parts of a value that a mask selects; names without a value are left out. */
export function pick(value: unknown, mask: Mask | null): unknown {
  if (mask === null || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => pick(each, mask))
  const source = value as Record<string, unknown>
  if (mask.has('*')) return value
  const result: Record<string, unknown> = {}
  for (const [name, inner] of mask) {
    const found = source[name]
    if (found !== undefined) result[name] = pick(found, inner)
  }
  return result
}

function check(mask: Mask, schema: Schema): void {
  for (const [name, inner] of mask) {
    if (schema === 'open') continue
    const next = schema === 'leaf' ? undefined : name === '*' ? schema : schema[name]
    if (next === undefined) throw invalidParameter('fields', `Invalid field selection ${name}`)
    if (inner && name !== '*') check(inner, next)
  }
}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text.replaceAll(/\s/g, '')
  }

  parse(): Mask {
    if (this.#text === '') return new Map()
    const mask = this.#list()
    if (this.#at < this.#text.length) throw this.#broken()
    return mask
  }

  #list(): Map<string, Mask | null> {
    const mask = new Map<string, Mask | null>()
    do this.#item(mask)
    while (this.#take(','))
    return mask
  }

  #item(into: Map<string, Mask | null>): void {
    const name = /^(?:\*|[A-Za-z0-9_\-+.:;]+)/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0]
    if (name === undefined) throw this.#broken()
    this.#at += name.length
    if (this.#take('/')) {
      const inner = new Map<string, Mask | null>()
      this.#item(inner)
      merge(into, name, inner)
    } else if (this.#take('(')) {
      const inner = this.#list()
      if (!this.#take(')')) throw this.#broken()
      merge(into, name, inner)
    } else merge(into, name, null)
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false
    this.#at++
    return true
  }

  #broken(): Error {
    return invalidParameter('fields', `Invalid field selection ${this.#text.slice(this.#at) || this.#text}`)
  }
}

/** `a/b,a/c` is `a(b,c)`, and `a` by itself is all of it. */
function merge(into: Map<string, Mask | null>, name: string, inner: Mask | null): void {
  const present = into.get(name)
  if (present === undefined || inner === null) into.set(name, inner)
  else if (present !== null) into.set(name, new Map([...present, ...inner]))
}
