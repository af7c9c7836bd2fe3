import type { Token } from '../../../api/types.ts'

export type Scope = Token['scopes'][number]

export const SCOPES: readonly Scope[] = ['read', 'control', 'restore', 'admin']

export const SCOPE_WORDS: Record<Scope, { name: string; may: string }> = {
  read: { name: 'Read', may: 'See everything: state, files, activity, settings.' },
  control: { name: 'Control', may: 'Start, pause and stop the backup, try files again, run tests.' },
  restore: { name: 'Restore', may: 'Restore files, once restoring is part of the API.' },
  admin: { name: 'Admin', may: 'Change sources, destinations, settings and users.' },
}

/** What a token may do, in a few words. */
export function scopesInWords(scopes: readonly Scope[]): string {
  if (scopes.length === 0) return 'May do nothing: the role of its owner no longer allows what it was made for'
  return `May ${SCOPES.filter((scope) => scopes.includes(scope)).join(', ')}`
}

/** How long a token is good for. A token that never ends is one that nobody remembers. */
export const EXPIRIES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'Never' },
] as const

export function daysOf(expiry: string): number | null {
  return expiry === 'never' ? null : Number(expiry)
}

/** `soon`: within a week, so that there is time to make another. */
export function expiryOf({ expires_at }: Pick<Token, 'expires_at'>, now: number): 'never' | 'later' | 'soon' | 'over' {
  if (expires_at === null) return 'never'
  const left = Date.parse(expires_at) - now
  if (left <= 0) return 'over'
  return left < 7 * 86_400_000 ? 'soon' : 'later'
}
