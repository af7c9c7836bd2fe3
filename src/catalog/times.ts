/**
 * Times in the catalog are UTC text in SQLite's own form, so that `datetime('now', '-30 days')` compares with them:
 * `2026-11-22 14:03:22.123`. Everywhere else they are ms since 1970.
 */
export type TimeText = string

export function timeText(ms: number): TimeText {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '')
}

export function timeMs(text: TimeText): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`)
}
