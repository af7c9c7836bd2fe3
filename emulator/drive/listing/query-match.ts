import { DriveError, invalid } from '../http/errors.ts'
import type { Item } from '../store/item.ts'
import type { View } from './file-resource.ts'
import type { Expression, Operator } from './query.ts'

export type Predicate = (item: Item) => boolean

/** A `q` made ready: which items match, and which parents they must have (undefined = any). */
export interface Search {
  readonly matches: Predicate
  /** Ids of folders of which a match has at least one. */
  readonly parents: readonly string[] | undefined
}

const EVERYTHING: Search = { matches: () => true, parents: undefined }

/** Makes a query ready for one caller. Throws Google's 400 for fields, operators or values that do not fit. */
export function prepareSearch(query: Expression | undefined, view: View): Search {
  if (!query) return EVERYTHING
  return { matches: compile(query, view), parents: parentsIn(query, view) }
}

/** How many parents a query asks for at once; real Drive sometimes answers a group of them with nothing. */
export function countParents(query: Expression): number {
  if (query.is === 'in') return query.field === 'parents' ? 1 : 0
  if (query.is === 'and' || query.is === 'or') return query.of.reduce((sum, part) => sum + countParents(part), 0)
  return query.is === 'not' ? countParents(query.of) : 0
}

function parentsIn(query: Expression, view: View): readonly string[] | undefined {
  if (query.is === 'in' && query.field === 'parents') return [folderId(query.value, view)]
  if (query.is === 'and') {
    const sets = query.of.map((part) => parentsIn(part, view)).filter((set) => set !== undefined)
    return sets.sort((a, b) => a.length - b.length)[0]
  }
  if (query.is === 'or') {
    const sets = query.of.map((part) => parentsIn(part, view))
    return sets.every((set) => set !== undefined) ? [...new Set(sets.flat())] : undefined
  }
  return undefined
}

function folderId(id: string, { user }: View): string {
  if (id === 'root') return user.rootId
  return id === 'appDataFolder' ? user.appDataId : id
}

function compile(query: Expression, view: View): Predicate {
  switch (query.is) {
    case 'and': {
      const parts = query.of.map((part) => compile(part, view))
      return (item) => parts.every((part) => part(item))
    }
    case 'or': {
      const parts = query.of.map((part) => compile(part, view))
      return (item) => parts.some((part) => part(item))
    }
    case 'not': {
      const inner = compile(query.of, view)
      return (item) => !inner(item)
    }
    case 'in':
      return compileIn(query.field, query.value, view)
    case 'has': {
      const { field, key, value } = query
      if (field !== 'properties' && field !== 'appProperties') throw invalid('q')
      return (item) => item[field]?.[key] === value
    }
    case 'compare':
      return compileCompare(query.field, query.operator, query.value, view)
  }
}

function compileIn(field: string, value: string, view: View): Predicate {
  const { store, user } = view
  const email = value === 'me' ? user.email : value
  switch (field) {
    case 'parents': {
      const id = folderId(value, view)
      if (!store.get(id)) {
        // Google's message names no file here.
        throw new DriveError(404, { reason: 'notFound', message: 'File not found: .', location: 'fileId' })
      }
      return (item) => item.parents.includes(id)
    }
    case 'owners':
      return (item) => item.owner === email
    case 'writers':
      return (item) => isWriter(store.roleOf(item, email))
    case 'readers':
      return (item) => store.roleOf(item, email) !== undefined
    default:
      throw invalid('q')
  }
}

function isWriter(role: string | undefined): boolean {
  return role !== undefined && role !== 'reader' && role !== 'commenter'
}

function compileCompare(field: string, operator: Operator, value: string, view: View): Predicate {
  const { store, user } = view
  switch (field) {
    case 'name':
      return compileName(operator, value)
    case 'fullText':
      return compileFullText(operator, value)
    case 'mimeType':
      if (operator === 'contains') return (item) => item.mimeType.includes(value)
      return equality(operator, (item) => item.mimeType === value)
    case 'modifiedTime':
      return compileTime(operator, value, (item) => item.modifiedTime)
    case 'createdTime':
    case 'viewedByMeTime':
      return compileTime(operator, value, (item) => item.createdTime)
    case 'sharedWithMeTime':
      return compileTime(operator, value, (item) => store.sharedWith(item, user.email)?.since ?? 0)
    case 'trashed':
      return truth(operator, value, (item) => store.isTrashed(item))
    case 'starred':
      return truth(operator, value, (item) => item.starred)
    case 'sharedWithMe':
      return truth(operator, value, (item) => store.sharedWith(item, user.email) !== undefined)
    case 'visibility':
      return equality(operator, (item) => visibility(item) === value)
    case 'shortcutDetails.targetId':
      return equality(operator, (item) => item.shortcut?.targetId === value)
    default:
      throw invalid('q')
  }
}

function equality(operator: Operator, equal: Predicate): Predicate {
  if (operator === '=') return equal
  if (operator === '!=') return (item) => !equal(item)
  throw invalid('q')
}

function truth(operator: Operator, value: string, get: Predicate): Predicate {
  const wanted = value.toLowerCase()
  if (wanted !== 'true' && wanted !== 'false') throw invalid('q')
  return equality(operator, wanted === 'true' ? get : (item) => !get(item))
}

/** `=` ignores case, but of ASCII letters only. */
function compileName(operator: Operator, value: string): Predicate {
  if (operator === 'contains') {
    const prefix = value.toLowerCase()
    return (item) => hasWordWith(item.name.toLowerCase(), prefix)
  }
  const wanted = lowerAscii(value)
  return equality(operator, (item) => item.name === value || lowerAscii(item.name) === wanted)
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function hasWordWith(name: string, prefix: string): boolean {
  for (let at = name.indexOf(prefix); at >= 0; at = name.indexOf(prefix, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(name[at - 1] ?? '')) return true
  }
  return false
}

function compileFullText(operator: Operator, value: string): Predicate {
  if (operator !== 'contains') throw invalid('q')
  const tokens = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const wanted = tokens(value)
  const phrase = /^".*"$/.test(value) ? ` ${wanted.join(' ')} ` : undefined
  return (item) => {
    const words = tokens(`${item.name} ${item.description ?? ''}`)
    if (phrase !== undefined) return ` ${words.join(' ')} `.includes(phrase)
    return wanted.every((word) => words.includes(word))
  }
}

function compileTime(operator: Operator, value: string, get: (item: Item) => number): Predicate {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : value.includes('T') ? `${value}Z` : `${value}T00:00:00Z`
  const limit = Date.parse(zoned)
  if (Number.isNaN(limit)) throw invalid('q')
  switch (operator) {
    case '=':
      return (item) => get(item) === limit
    case '!=':
      return (item) => get(item) !== limit
    case '<':
      return (item) => get(item) < limit
    case '<=':
      return (item) => get(item) <= limit
    case '>':
      return (item) => get(item) > limit
    case '>=':
      return (item) => get(item) >= limit
    case 'contains':
      throw invalid('q')
  }
}

function visibility(item: Item): string {
  for (const { type, allowFileDiscovery } of item.permissions) {
    if (type === 'anyone') return allowFileDiscovery ? 'anyoneCanFind' : 'anyoneWithLink'
    if (type === 'domain') return allowFileDiscovery ? 'domainCanFind' : 'domainWithLink'
  }
  return 'limited'
}
