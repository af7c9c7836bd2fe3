import { type TimeText, timeMs } from '../../catalog/times.ts'

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** `1.4 GiB` */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(count) / 10))
  const value = count / 1024 ** power
  return `${power === 0 || value >= 99.95 ? value.toFixed(0) : Number(value.toFixed(1))} ${SIZES[power]}`
}

/** `3 d 4 h`, `2 min 5 s`, `8 s`, `0.3 s`: the two largest units. */
export function duration(ms: number): string {
  if (ms > 0 && ms < 9950) return `${Number((ms / 1000).toFixed(1))} s`
  const seconds = Math.max(0, Math.round(ms / 1000))
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const
  const first = units.findIndex(([size]) => seconds >= size)
  if (first === -1) return '0 s'
  let rest = seconds
  const parts: string[] = []
  for (const [size, unit] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${unit}`)
  }
  return parts.join(' ')
}

/** A time of the catalog in the local time zone: `2026-11-22 14:03`. */
export function localTime(text: TimeText): string {
  const time = new Date(timeMs(text))
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`
}

/** `1 file`, `1,234 files` */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`
}
