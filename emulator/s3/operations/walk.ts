import { S3Error } from '../errors.ts'
import type { S3Request } from '../request.ts'
import { type Compare, lowerBound } from '../storage/key-order.ts'
import { tag } from '../xml.ts'

type Entry<T> = { kind: 'value'; value: T } | { kind: 'prefix'; prefix: string }

export interface Listing<T> {
  entries: Entry<T>[]
  /** The last entry given, where more follow. */
  next: string | null
}

export interface WalkOptions<T> {
  compare: Compare
  prefix: string
  delimiter: string
  /** Begin behind this key or common prefix. */
  after: string
  max: number
  /** What to list for a key; undefined where it is not to be seen. */
  visible(key: string): T | undefined
}

/** One page over sorted keys, those that share a prefix up to the delimiter folded into one entry. */
export function walk<T>(keys: readonly string[], options: WalkOptions<T>): Listing<T> {
  const { prefix, delimiter, max, visible } = options
  const entries: Entry<T>[] = []
  let last: string | null = null
  let at = firstIndex(keys, options)
  while (at < keys.length && max > 0) {
    const key = keys[at] as string
    if (!key.startsWith(prefix)) break
    const value = visible(key)
    if (value === undefined) {
      at++
      continue
    }
    if (entries.length === max) return { entries, next: last }
    const common = commonPrefix(key, prefix, delimiter)
    if (common === null) {
      entries.push({ kind: 'value', value })
      last = key
      at++
    } else {
      entries.push({ kind: 'prefix', prefix: common })
      last = common
      at = behindPrefix(keys, common, options.compare)
    }
  }
  return { entries, next: null }
}

/** `key` up to and with the first delimiter behind `prefix`; null where it has none. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | null {
  if (delimiter === '') return null
  const found = key.indexOf(delimiter, prefix.length)
  return found === -1 ? null : key.slice(0, found + delimiter.length)
}

function firstIndex<T>(keys: readonly string[], { compare, prefix, delimiter, after }: WalkOptions<T>): number {
  if (after === '') return lowerBound(keys, (key) => compare(key, prefix) < 0)
  // A page that ended with a common prefix goes on behind all keys below it.
  if (after.startsWith(prefix) && commonPrefix(after, prefix, delimiter) === after) {
    return behindPrefix(keys, after, compare)
  }
  return lowerBound(keys, (key) => compare(key, prefix) < 0 || compare(key, after) <= 0)
}

function behindPrefix(keys: readonly string[], prefix: string, compare: Compare): number {
  return lowerBound(keys, (key) => compare(key, prefix) < 0 || key.startsWith(prefix))
}

/** How keys are written in a listing: encoding-type=url exists because XML cannot carry every key. */
export interface ListingText {
  encode(key: string): string
  /** The element that tells the client. */
  encodingType: string
}

export function listingText(request: S3Request): ListingText {
  const type = request.query.get('encoding-type')
  if (type === undefined || type === '') return { encode: (key) => key, encodingType: '' }
  if (type !== 'url') throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request')
  return { encode: encodeForm, encodingType: tag('EncodingType', 'url') }
}

function encodeForm(key: string): string {
  if (/^[\w.\-*/]*$/.test(key)) return key
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
}
