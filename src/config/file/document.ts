import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { NOWHERE, type Place, type Problem } from './problems.ts'
import { expand, type Variables } from './variables.ts'
import { yamlProblem } from './yaml-problem.ts'

export type Path = readonly (string | number)[]
/** A mapping of the file. Without a prototype, so that no key of the file can mean anything but itself. */
export interface Section {
  [key: string]: Value
}
export type Value = string | number | boolean | null | Value[] | Section

/** A variable that the file asks for and nobody has set. Its key is omitted, so that the default stands in. */
interface Unset {
  path: Path
  name: string
}

/** A configuration as values, with the place that each comes from. */
export interface Tree {
  value: Section
  problems: Problem[]
  unset: Unset[]
  /** The text of this value came from a variable. */
  expanded(path: Path): boolean
  /** Whether this key is written there. */
  has(path: Path): boolean
  /** Where the value stands, or its key, or for what is not there its nearest section. */
  at(path: Path, part?: 'key' | 'value'): Place
}

/** What there is without a file: nothing. */
export function emptyTree(): Tree {
  const value: Section = Object.create(null)
  return { value, problems: [], unset: [], expanded: () => false, has: () => false, at: () => NOWHERE }
}

/** Far beyond any real configuration; below what would take long (aliases can multiply a small file). */
const MOST_VALUES = 20_000
const DEEPEST = 16

/** Parses the text. Syntax errors are problems of the result; it is then as empty as the text is unreadable. */
export function parseTree(text: string, variables: Variables): Tree {
  const lines = new LineCounter()
  const document = parseDocument(hideBraces(text), { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const reader = new Reader(document, lines, variables)
  const syntax = firstOfEach([...document.errors, ...document.warnings])
  reader.problems.push(...syntax.map((error) => yamlProblem(error, lines)))
  // After a syntax error the parser only guesses, and what it guesses would be complained about as well.
  if (syntax.length === 0) reader.readRoot()
  return reader
}

/** One error throws the parser off course, and it reports the rest of the file as wrong. Tabs are the exception. */
function firstOfEach<E extends { code: string }>(errors: readonly E[]): E[] {
  const first = errors.find((error) => error.code !== 'TAB_AS_INDENT')
  return errors.filter((error) => error === first || error.code === 'TAB_AS_INDENT')
}

/**
 * Inside `{ a: ${NAME} }` YAML takes the braces of a variable for its own. They are hidden from the parser behind two
 * code points that no text may contain, of the same length, so that every place stays where it is.
 */
const hideBraces = (text: string) => text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, '$\uFDD0$1\uFDD1')
const showBraces = (text: string) => text.replaceAll('\uFDD0', '{').replaceAll('\uFDD1', '}')

class Reader implements Tree {
  readonly problems: Problem[] = []
  readonly unset: Unset[] = []
  value: Section = Object.create(null)
  readonly #document: Document
  readonly #lines: LineCounter
  readonly #variables: Variables
  readonly #offsets = new Map<string, { key: number; value: number }>()
  readonly #expanded = new Set<string>()
  #count = 0

  constructor(document: Document, lines: LineCounter, variables: Variables) {
    this.#document = document
    this.#lines = lines
    this.#variables = variables
  }

  at(path: Path, part: 'key' | 'value' = 'value'): Place {
    for (let length = path.length; length > 0; length--) {
      const found = this.#offsets.get(id(path.slice(0, length)))
      if (found === undefined) continue
      const { line, col } = this.#lines.linePos(length === path.length ? found[part] : found.key)
      return { line, column: col, setBy: null }
    }
    return { line: 1, column: 1, setBy: null }
  }

  has(path: Path): boolean {
    return this.#offsets.has(id(path))
  }

  expanded(path: Path): boolean {
    return this.#expanded.has(id(path))
  }

  readRoot(): void {
    const root = this.#document.contents
    // An empty file says nothing, and nothing wrong.
    if (root === null || (isScalar(root) && root.value === null)) return
    if (!isMap(root)) {
      this.#complain([], 'is not a list of keys with values', 'Begin with a key such as `sources:`.')
    } else {
      this.value = this.#read(root, [], 0) as Section
    }
  }

  #complain(path: Path, message: string, remedy: string, part: 'key' | 'value' = 'value'): void {
    this.problems.push({ kind: 'wrong', path: shownPath(path), ...this.at(path, part), message, remedy })
  }

  /** The value of a node; undefined when it must be omitted. */
  #read(node: Node, path: Path, depth: number): Value | undefined {
    this.#count += 1
    if (this.#count > MOST_VALUES || depth > DEEPEST) {
      // Once is enough: every further value would say the same.
      if (this.#count !== Number.POSITIVE_INFINITY) {
        this.#complain(path, 'holds too much', 'Check aliases (`*name`) that contain themselves or one another.')
      }
      this.#count = Number.POSITIVE_INFINITY
      return undefined
    }
    if (isAlias(node)) return this.#readAlias(node, path, depth)
    if (isMap(node)) return this.#readSection(node.items, path, depth)
    if (isSeq(node)) return this.#readList(node.items, path, depth)
    if (!isScalar(node)) return undefined
    if (typeof node.value === 'string') return this.#readText(showBraces(node.value), path)
    const simple = typeof node.value === 'number' || typeof node.value === 'boolean' || node.value === null
    return simple ? (node.value as Value) : String(node.value)
  }

  #readAlias(alias: Alias, path: Path, depth: number): Value | undefined {
    const target = alias.resolve(this.#document)
    if (target !== undefined) return this.#read(target, path, depth + 1)
    this.#complain(
      path,
      'is an alias (`*name`) without its anchor (`&name`)',
      'Put a text that begins with * in quotes.',
    )
    return typeof path.at(-1) === 'number' ? '-' : undefined
  }

  #readSection(items: readonly { key: unknown; value: unknown }[], path: Path, depth: number): Section {
    const section: Section = Object.create(null)
    for (const { key, value } of items) {
      const name = showBraces(String(isScalar(key) ? key.value : key))
      const inner = [...path, name]
      const keyOffset = offset(key)
      const first = this.#offsets.has(id(inner)) ? this.at(inner, 'key').line : null
      this.#offsets.set(id(inner), { key: keyOffset ?? offset(value) ?? 0, value: offset(value) ?? keyOffset ?? 0 })
      if (first !== null) this.#complain(inner, `is written twice, first in line ${first}`, 'Keep one of them.', 'key')
      const read = value === null ? null : this.#read(value as Node, inner, depth + 1)
      if (read !== undefined) section[name] = read
    }
    return section
  }

  #readList(items: readonly unknown[], path: Path, depth: number): Value[] {
    return items.map((item, index) => {
      const inner = [...path, index]
      this.#offsets.set(id(inner), { key: offset(item) ?? 0, value: offset(item) ?? 0 })
      // A place in a list is never omitted, since the others would move up.
      return item === null ? null : (this.#read(item as Node, inner, depth + 1) ?? null)
    })
  }

  #readText(text: string, path: Path): Value | undefined {
    const expansion = expand(text, this.#variables)
    switch (expansion.result) {
      case 'text':
        if (expansion.expanded) this.#expanded.add(id(path))
        return expansion.text
      case 'unset':
        this.unset.push({ path, name: expansion.name })
        return typeof path.at(-1) === 'number' ? '-' : undefined
      case 'malformed':
        this.#complain(
          path,
          'has a `${` that does not begin a variable',
          `Write \${NAME} with letters, digits and underscores, or $\${ for the characters themselves.`,
        )
        return undefined
    }
  }
}

const id = (path: Path) => JSON.stringify(path)

function offset(node: unknown): number | null {
  const range = (node as Node | null)?.range
  return range ? range[0] : null
}

/** `destinations.aws_s3.bucket`, `sources.google_drive.exclude_paths[2]`. */
export function shownPath(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part + 1}]` : `${index === 0 ? '' : '.'}${shownKey(part)}`))
    .join('')
}

/** A key fit for one line: whatever was written, it cannot break the message or the terminal. */
function shownKey(name: string): string {
  const short = name.length > 60 ? `${name.slice(0, 60)}…` : name
  return /^[\w-]+$/.test(short) ? short : JSON.stringify(short)
}
