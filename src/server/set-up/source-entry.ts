import type { DriveAuthConfig, SourceEntry } from '../../config/config.ts'
import type { Loaded } from '../../config/file/load.ts'
import { GOOGLE_DRIVE } from '../../config/schema/schema.ts'
import { Refusal } from '../http/handler.ts'

/** An entry of `sources` by its name. */
export function entryOf({ entries }: Loaded, name: string): SourceEntry {
  const entry = entries.find((one) => one.name === name)
  if (entry !== undefined) return entry
  throw new Refusal(404, `There is no source ${name}. It may have been removed meanwhile.`)
}

/** `sources.google_drive.client_id` */
export function keyOf(source: string, key: string): string {
  return `sources.${source}.${key}`
}

export function canSignIn<Source extends { auth: DriveAuthConfig | null }>(
  source: Source,
): source is Source & { auth: DriveAuthConfig } {
  return source.auth !== null
}

/** A name that no entry has yet; `wished` comes from outside. */
export function freeName({ entries }: Loaded, wished: string = GOOGLE_DRIVE): string {
  const plain = wished.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '')
  const base = plain.slice(0, 50) || GOOGLE_DRIVE
  const taken = new Set(entries.map(({ name }) => name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}_${number}`
    if (!taken.has(name)) return name
  }
}
