import { expect } from 'vitest'
import type { Destination } from '../../src/backup/model/destination.ts'
import { collect } from './bytes.ts'

const signal = new AbortController().signal

/** What a key holds, read as anybody would; null when it is not there. */
export async function read(destination: Destination, key: string): Promise<Buffer | null> {
  const head = await destination.head(key, signal)
  if (head === null) return null
  return collect(await destination.open({ key, versionId: null, size: head.size }, 0, signal))
}

/** Compares by hand: `toEqual` takes seconds for megabytes. */
export async function expectStored(destination: Destination, key: string, wanted: Buffer): Promise<void> {
  const found = await read(destination, key)
  expect(found?.equals(wanted), `${key} is as it should be`).toBe(true)
}

export async function keysIn(destination: Destination, prefix = 'backup/'): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of destination.list(prefix, signal)) found.push(key)
  return found
}
