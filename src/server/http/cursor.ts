import { z } from 'zod'
import { NoSuchPlace, type Position } from '../../catalog/read/walk.ts'
import { Refusal } from './handler.ts'

const written = z.tuple([z.string().max(200), z.array(z.union([z.string().max(500), z.int()])).max(3)])

/** Longer values are looked up again by the row's number: a name in Drive may be longer than an address can be. */
const LONGEST_VALUE = 64

/** Where a list goes on, as an opaque text that fits into an address. */
export function cursorOf(position: Position | null): string | null {
  if (position === null) return null
  const after = position.after.map((value) => (typeof value === 'string' ? shortened(value) : value))
  return Buffer.from(JSON.stringify([position.walk, after])).toString('base64url')
}

/** Reads it again. Throws a Refusal (400) for what is none. */
export function positionOf(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null
  try {
    const [walk, after] = written.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { walk, after }
  } catch {
    throw badCursor()
  }
}

/** Lets a cursor of another list be refused as well. */
export function refusingCursors<Result>(reading: Promise<Result>): Promise<Result> {
  return reading.catch((error: unknown) => {
    throw error instanceof NoSuchPlace ? badCursor() : error
  })
}

/** Whether a value of a position may be only the beginning of what it was. */
export function wasShortened(value: string): boolean {
  return value.length >= LONGEST_VALUE - 1
}

function shortened(value: string): string {
  // Half a character would become another one on its way through UTF-8, and stand elsewhere in the order.
  return value.slice(0, LONGEST_VALUE).replace(/[\ud800-\udbff]$/, '')
}

/** Of a cursor that this list did not give. */
export function badCursor(): Refusal {
  const message = 'is none that this list gave. Leave it away to begin at the first page.'
  return new Refusal(400, `The cursor ${message}`, { errors: [{ field: 'cursor', message }] })
}
