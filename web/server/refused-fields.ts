import { CallError } from './call.ts'

/** What the server said of a field that it refused; null: nothing. */
export function refusedField(error: Error | null, field: string): string | null {
  const said = error instanceof CallError ? error.problem?.errors?.find((one) => one.field === field) : undefined
  if (said === undefined) return null
  const text = said.message.slice(0, 1).toUpperCase() + said.message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** An error that is not said at any of these fields, and so must be said elsewhere. */
export function unlessAt(error: Error | null, ...fields: string[]): Error | null {
  return fields.some((field) => refusedField(error, field) !== null) ? null : error
}
