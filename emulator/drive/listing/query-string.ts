import { badType, invalidParameter } from '../http/errors.ts'

/** The parameters of a request. Of a repeated one the first value counts, as at Google; unknown ones are ignored. */
export class QueryString {
  readonly #values = new Map<string, string>()

  constructor(text: string) {
    if (text === '') return
    for (const pair of text.split('&')) {
      const equals = pair.indexOf('=')
      const name = decode(equals < 0 ? pair : pair.slice(0, equals))
      if (!this.#values.has(name)) this.#values.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)))
    }
  }

  text(name: string): string | undefined {
    return this.#values.get(name)
  }

  /** True or false in any of Google's spellings; 400 for anything else. */
  flag(name: string, absent = false): boolean {
    const value = this.#values.get(name)
    if (value === undefined || value === '') return absent
    const known = FLAGS[value.toLowerCase()]
    if (known === undefined) throw badType(snake(name), 'TYPE_BOOL', value)
    return known
  }

  /** A page size: beyond `most` it is lowered, below 1 it is refused. */
  pageSize(absent: number, most: number): number {
    const value = this.#values.get('pageSize')
    if (value === undefined || value === '') return absent
    if (!/^-?\d{1,9}$/.test(value)) throw badType('page_size', 'TYPE_INT32', value)
    const size = Number(value)
    if (size < 1) {
      throw invalidParameter('page_size', `Invalid value '${value}'. Values must be within the range: [1, ${most}]`)
    }
    return Math.min(size, most)
  }

  /** Everything but the page token: what must stay the same from page to page. */
  fingerprint(): string {
    return [...this.#values]
      .filter(([name]) => !IGNORED_BY_PAGES.has(name))
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('&')
  }
}

const FLAGS: Readonly<Record<string, boolean>> = {
  ...{ true: true, t: true, y: true, yes: true, '1': true },
  ...{ false: false, f: false, n: false, no: false, '0': false },
}

const IGNORED_BY_PAGES = new Set([
  'pageToken',
  'pageSize',
  'fields',
  'alt',
  'prettyPrint',
  'key',
  'access_token',
  'quotaUser',
])

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
