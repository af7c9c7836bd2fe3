/**
 * Times in the catalog are UTC text in SQLite's own form, so that `datetime('now', '-30 days')` compares with them:
 * `2026-11-22 14:03:22.123`. Everywhere else they are ms since 1970.
 */
export type TimeText = string

export function timeText(ms: number): TimeText {
  const text = new Date(ms).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 23)}`
}

export function timeMs(text: TimeText): number {
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11)}Z`)
}

/** As JSON and the API write it: `2026-11-22T14:03:22.123Z`. */
export function isoTime(text: TimeText): string
export function isoTime(text: TimeText | null): string | null
export function isoTime(text: TimeText | null): string | null {
  return text === null ? null : `${text.slice(0, 10)}T${text.slice(11)}Z`
}
