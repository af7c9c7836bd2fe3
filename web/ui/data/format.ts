/** How figures are written for people. Pure; the viewer's language decides the separators, the words are English. */

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** `1.2 GB` */
export function bytes(count: number): string {
  let value = Math.abs(count)
  let power = 0
  while (power < SIZES.length - 1 && value >= (power === 0 ? 1000 : 999.5)) {
    value /= 1000
    power++
  }
  const digits = power === 0 || value >= 99.95 ? 0 : 1
  return `${count < 0 ? '−' : ''}${number(value, digits)} ${SIZES[power]}`
}

/** Sizes on an axis, in one unit and with as many digits as tell neighbours apart: `2.10 MB`, `2.15 MB`. */
export function bytesOnAxis(values: readonly number[]): string[] {
  const largest = Math.max(0, ...values)
  const power = Math.min(SIZES.length - 1, largest < 1 ? 0 : Math.floor(Math.log10(largest) / 3))
  const shown = values.map((value) => value / 1000 ** power)
  const written = (digits: number) => shown.map((value) => number(value, digits, digits))
  let digits = 0
  while (digits < 3 && (new Set(written(digits)).size < values.length || rounds(shown, digits))) digits++
  return written(digits).map((text) => `${text} ${SIZES[power]}`)
}

function rounds(values: readonly number[], digits: number): boolean {
  return values.some((value) => Math.abs(Number(value.toFixed(digits)) - value) > 1e-6)
}

/** `1,288,490,188 bytes` */
export function exactBytes(count: number): string {
  return plural(count, 'byte')
}

/** `12,431` */
export function number(value: number, digits = 0, leastDigits = 0): string {
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: leastDigits })
}

/** `1 file`, `12,431 files` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

/** `99.98 %`; never 100 % unless nothing is missing, and never 0 % while there is something. */
export function percent(share: number): string {
  if (share === 1 || share === 0) return `${share * 100} %`
  const digits = share > 0.99 || share < 0.01 ? 2 : 1
  const scale = 10 ** digits
  const shown = Math.min(100 - 1 / scale, Math.max(1 / scale, Math.floor(share * 100 * scale) / scale))
  return `${shown.toFixed(digits)} %`
}

const UNITS = [
  { seconds: 86_400, short: 'd', long: 'day' },
  { seconds: 3600, short: 'h', long: 'hour' },
  { seconds: 60, short: 'min', long: 'minute' },
  { seconds: 1, short: 's', long: 'second' },
] as const

/** `3 d 4 h`, `2 min 5 s`, `8 s`: the two largest units. */
export function duration(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds))
  const first = UNITS.findIndex((unit) => rest >= unit.seconds)
  if (first === -1) return '0 s'
  const parts: string[] = []
  for (const unit of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit.seconds)
    rest -= count * unit.seconds
    if (count > 0) parts.push(`${count} ${unit.short}`)
  }
  return parts.join(' ')
}

/** `about 5 minutes`: one unit, rounded, in words. */
export function roughly(seconds: number): string {
  if (seconds < 60) return 'less than a minute'
  const unit = UNITS.slice(0, 2).find((one) => seconds >= one.seconds * 1.5) ?? UNITS[2]
  return `about ${plural(Math.round(seconds / unit.seconds), unit.long)}`
}

/** `just now`, `40 seconds ago`, `in 5 minutes`, `2 days ago`; further off than a month, the date. */
export function ago(at: string, now: number, style: 'long' | 'short' = 'long'): string {
  const past = (now - Date.parse(at)) / 1000
  const away = Math.abs(past)
  if (away < 5) return 'just now'
  if (away >= 30 * 86_400) return day(at)
  const unit = UNITS.find((one) => away >= one.seconds) ?? UNITS[3]
  const count = Math.floor(away / unit.seconds)
  const text = style === 'long' || unit.short === 'd' ? plural(count, unit.long) : `${count} ${unit.short}`
  return past < 0 ? `in ${text}` : `${text} ago`
}

/** `12 Mar 2026`, in the viewer's zone. */
export function day(at: string): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

/** `14:02`, in the viewer's zone. */
export function clock(at: string | number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}

/** `Thu, 12 Mar 2026, 14:02:31 GMT+1`, in the viewer's zone. */
export function exactTime(at: string): string {
  return new Date(at).toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  })
}

/** `ten.pdf` of `Reports/ten.pdf`, and `Reports/` */
export function nameAndFolder(path: string): { name: string; folder: string } {
  const cut = path.lastIndexOf('/') + 1
  return { name: path.slice(cut), folder: path.slice(0, cut) }
}
