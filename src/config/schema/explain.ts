import type { z } from 'zod'
import { type Path, shownPath, type Tree } from '../file/document.ts'
import type { Problem } from '../file/problems.ts'
import { nearest } from './nearest.ts'
import { SECRET_KEYS, schema } from './schema.ts'
import { allKeys, keysAt, metaOf, schemaAt } from './schema-walk.ts'

type Issue = z.core.$ZodIssue

/** Says what the schema found wrong, in words for the person who wrote the file. */
export function explain(issue: Issue, tree: Tree): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey([...path, name], tree))
  // What stands in a list has the remedy of the list.
  const named = path.slice(0, path.findLastIndex((part) => typeof part === 'string') + 1)
  const meta = metaOf(schemaAt(schema, named) ?? schema)
  const found = shownValue(issue.input, path, tree)
  const remedy = quoteRemedy(issue) ?? guess(issue) ?? (meta.remedy || remedyOfSection(path))
  return [{ kind: 'wrong', path: shownPath(path), ...tree.at(path), message: `${requirement(issue)}${found}`, remedy }]
}

function requirement(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty'
      return `must be at least ${issue.minimum}`
    case 'too_big':
      if (issue.origin === 'string') return `must not be longer than ${issue.maximum} characters`
      return `must be at most ${issue.maximum}`
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`
    default:
      return issue.message
  }
}

const TYPES: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys of its own',
  record: 'a section with keys of its own',
}

/** `, and is 0`; nothing about secrets, nor about what a variable held, which may be one. */
function shownValue(input: unknown, path: Path, tree: Tree): string {
  const name = path.findLast((part) => typeof part === 'string')
  if (input === null) return ', and is empty'
  if (Array.isArray(input)) return ', and is a list'
  if (typeof input === 'object') return ', and is a section'
  if (input === '' || input === undefined) return ''
  if (tree.expanded(path)) return ', and the variable in it holds something else'
  if (name !== undefined && SECRET_KEYS.includes(name)) {
    return typeof input === 'string' ? '' : ', and is a number or true or false'
  }
  return `, and is ${typeof input === 'string' ? JSON.stringify(withoutSecrets(input).slice(0, 80)) : String(input)}`
}

/** An address without what people put a password into: what stands before its host, and its query. */
function withoutSecrets(text: string): string {
  if (!/:.*@|:\/\//s.test(text)) return text
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@').replace(/\?.*/s, '?…')
}

/** Quotes too few or too many: then the value itself is right. */
function quoteRemedy(issue: Issue): string | null {
  if (issue.code !== 'invalid_type') return null
  const plain = typeof issue.input === 'number' || typeof issue.input === 'boolean'
  if (issue.expected === 'string') return plain ? 'Put the value in quotes.' : null
  const wanted = { int: /^-?\d+$/, number: /^-?\d+(\.\d+)?$/, boolean: /^(true|false)$/ }[String(issue.expected)]
  return typeof issue.input === 'string' && wanted?.test(issue.input) ? 'Write it without quotes.' : null
}

function guess(issue: Issue): string | null {
  if (issue.code !== 'invalid_value' || typeof issue.input !== 'string') return null
  const meant = nearest(issue.input, issue.values.map(String))
  return meant === null ? null : `Did you mean ${meant}?`
}

function remedyOfSection(path: Path): string {
  const keys = keysAt(schema, path)
  if (keys.length === 0) return 'Indent its keys by two spaces, each on a line of its own.'
  return `Its keys are ${keys.join(', ')}; indent each by two spaces on a line of its own.`
}

function unknownKey(path: Path, tree: Tree): Problem {
  const name = String(path.at(-1))
  const siblings = keysAt(schema, path.slice(0, -1))
  const elsewhere = allKeys(schema).find((known) => known.path.at(-1) === name)
  const meant = nearest(name, siblings)
  let remedy = `Remove it. Known here: ${siblings.join(', ')}.`
  if (meant !== null) remedy = `Did you mean ${meant}?`
  else if (elsewhere !== undefined) remedy = `It belongs under ${elsewhere.path.slice(0, -1).join('.')}.`
  return { kind: 'wrong', path: shownPath(path), ...tree.at(path, 'key'), message: 'is not a known key', remedy }
}
