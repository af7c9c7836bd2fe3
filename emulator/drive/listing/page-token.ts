import { forbidden, invalid } from '../http/errors.ts'
import { hash32 } from '../store/random.ts'
import type { QueryString } from './query-string.ts'

/** "Several hours" in Google's words. */
const LIFE_MS = 6 * 3600_000

/** A token that says where a listing goes on; it is good only for the same listing, and for some hours. */
export function pageToken(query: QueryString, position: number, now: number): string {
  const parts = [position, hash32(query.fingerprint()), now].map((part) => part.toString(36))
  return `~!!~${Buffer.from(parts.join('.')).toString('base64url')}`
}

/** The position in the token of this request; 0 without a token. Throws what Drive answers to a bad or an old one. */
export function pagePosition(query: QueryString, now: number): number {
  const token = query.text('pageToken')
  if (token === undefined || token === '') return 0
  const parts = token.startsWith('~!!~') ? Buffer.from(token.slice(4), 'base64url').toString().split('.') : []
  const [position, fingerprint, issued] = parts.map((part) => Number.parseInt(part, 36))
  if (position === undefined || issued === undefined || fingerprint !== hash32(query.fingerprint())) {
    throw invalid('pageToken')
  }
  if (now - issued > LIFE_MS) throw forbidden('pageTokenExpired', 'The page token has expired.')
  return position
}
