import { bytes, duration, number, plural } from '../../ui/data/format.ts'

/** How a setting is edited, found from the JSON Schema of its value. */
export type Field =
  | { kind: 'switch' }
  | { kind: 'choice'; options: string[] }
  | { kind: 'number'; min: number | null; max: number | null; whole: boolean; optional: boolean }
  | { kind: 'text'; optional: boolean }
  | { kind: 'lines' }
  /** A shape this page cannot edit. */
  | { kind: 'other' }

type Schema = Record<string, unknown>

export function fieldOf(schema: Schema): Field {
  const variants = listOf(schema.anyOf ?? schema.oneOf ?? variantsOf(schema))
  if (variants.length > 0) {
    const optional = variants.some(({ type }) => type === 'null')
    const given = variants.filter(({ type }) => type !== 'null')
    // One or several of the same, as a receiver of mail: a list holds one as well.
    const list = given.find((variant) => fieldOf(variant).kind === 'lines')
    const [only] = list === undefined ? given : [list]
    if (only === undefined || (given.length > 1 && list === undefined)) return { kind: 'other' }
    const field = fieldOf(only)
    return 'optional' in field ? { ...field, optional } : field
  }
  if (Array.isArray(schema.enum)) return { kind: 'choice', options: schema.enum.map(String) }
  switch (schema.type) {
    case 'boolean':
      return { kind: 'switch' }
    case 'integer':
    case 'number':
      return {
        kind: 'number',
        min: numberIn(schema.minimum),
        max: numberIn(schema.maximum),
        whole: schema.type === 'integer',
        optional: false,
      }
    case 'string':
      return { kind: 'text', optional: false }
    case 'array':
      return fieldOf(listOf([schema.items])[0] ?? {}).kind === 'text' ? { kind: 'lines' } : { kind: 'other' }
    default:
      return { kind: 'other' }
  }
}

/** What is wrong with a value before it is sent; null: nothing that can be seen from here. */
export function complaint(field: Field, value: unknown): string | null {
  switch (field.kind) {
    case 'number': {
      if (value === null || value === '') return field.optional ? null : 'Write a number.'
      if (typeof value !== 'number' || Number.isNaN(value)) return 'Write a number.'
      if (field.whole && !Number.isInteger(value)) return 'Write a whole number.'
      const { min, max } = field
      if (min !== null && value < min) return `Write ${number(min, 3)} or more.`
      if (max !== null && value > max) return `Write ${number(max, 3)} or less.`
      return null
    }
    case 'text':
      return value === '' && !field.optional ? 'This cannot be empty.' : null
    case 'switch':
    case 'choice':
    case 'lines':
    case 'other':
      return null
  }
}

/** Lines as they are typed, as a list; empty ones say nothing. */
export function linesIn(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
}

/** A value as it is shown beside others. */
export function shown(key: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return choiceWord(key, value)
  const inWords = WORDS[key]
  if (inWords !== undefined && typeof value === 'number') return inWords(value)
  if (value === null || value === undefined || value === '') return 'nothing'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') return number(value, 3)
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(String).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What one of several values is called, for people; as in config.yaml where that says it all. */
export function choiceWord(key: string, value: string): string {
  return CHOICES[key]?.[value] ?? value
}

const CHOICES: Record<string, Record<string, string>> = {
  'sync.mode': { realtime: 'Soon after each change (realtime)', interval: 'At fixed times only (interval)' },
}

/** What a number means, for people: shown below its field. Null: the number and its unit say it all. */
export function meaningOf(key: string, value: unknown): string | null {
  if (typeof value !== 'number' || Number.isNaN(value)) return null
  if (key === 'sync.max_file_size_gb') return shown(key, value)
  return UNITS[key] === 'seconds' && value >= 60 ? shown(key, value) : null
}

const WORDS: Record<string, (value: number) => string> = {
  'sync.interval_seconds': duration,
  'sync.retry_delay_seconds': (value) => (value < 1 ? `${number(value, 3)} s` : duration(value)),
  'sync.max_file_size_gb': (value) => `${number(value, 3)} GiB (${bytes(value * 1024 ** 3)})`,
  'sync.max_memory_mb': (value) => `${number(value)} MiB`,
  'sync.batch_size': (value) => plural(value, 'file'),
  'daemon.api_port': String,
  'notifications.email.smtp_port': String,
  'sync.retry_attempts': (value) => (value === 0 ? 'none' : plural(value, 'attempt')),
}

/** The unit that is written behind a number. */
export const UNITS: Record<string, string> = {
  'sync.interval_seconds': 'seconds',
  'sync.retry_delay_seconds': 'seconds',
  'sync.max_file_size_gb': 'GB',
  'sync.max_memory_mb': 'MB',
}

/** `{ type: ['string', 'null'] }` is the short way to write two variants. */
function variantsOf(schema: Schema): Schema[] {
  return Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : []
}

function listOf(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter((one): one is Schema => typeof one === 'object' && one !== null) : []
}

/** JSON Schema bounds of a safe integer stand for no bound. */
function numberIn(value: unknown): number | null {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : null
}
