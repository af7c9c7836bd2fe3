/** Proxies and maintenance pages ask for days or weeks. Nothing waits longer than this because of a header. */
const LONGEST_MS = 60 * 60 * 1000

/** What a `Retry-After` header asks for, in ms, at most one hour. Null when it is absent or is neither seconds nor an HTTP date. */
export function retryAfterMs(value: string | undefined, now: number): number | null {
  const text = value?.trim() ?? ''
  if (/^[0-9]+$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_MS)
  // `Date.parse` also takes `-5` and `1.5` for dates; an HTTP date starts with the name of a day.
  const wait = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) - now : Number.NaN
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), LONGEST_MS)
}
