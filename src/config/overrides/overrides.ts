import type { Section, Value } from '../file/document.ts'
import { SealError, type SecretBox } from './seal.ts'

/** A key of config.yaml that was set in the dashboard: it wins over the file. */
export interface Override {
  /** As in config.yaml, with dots: `sync.interval_seconds`. */
  key: string
  by: string
  /** When; as the catalog writes times. */
  at: string
  content: { value: Value } | { unreadable: string }
}

/** How the catalog keeps it. */
interface KeptOverride {
  key: string
  value: string
  sealed: boolean
  changed_at: string
  changed_by: string
}

/** Opens what was sealed. What does not open is said to be so, and is never taken for a value. */
export function openOverrides(rows: readonly KeptOverride[], box: SecretBox): Override[] {
  return rows.map((row) => ({ key: row.key, by: row.changed_by, at: row.changed_at, content: contentOf(row, box) }))
}

function contentOf({ key, value, sealed }: KeptOverride, box: SecretBox): Override['content'] {
  try {
    if (!sealed) return { value: plain(JSON.parse(value)) }
    const opened = box.open(value, key)
    return 'text' in opened ? { value: plain(JSON.parse(opened.text)) } : opened
  } catch (error) {
    if (error instanceof SealError) return { unreadable: `cannot be opened: ${error.message.replace(/\.$/, '')}` }
    return { unreadable: 'is damaged in the catalog' }
  }
}

/** JSON as the file's own values are: sections without a prototype. */
export function plain(value: unknown): Value {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value as Value
  const section: Section = Object.create(null)
  for (const [name, inner] of Object.entries(value)) section[name] = plain(inner)
  return section
}
