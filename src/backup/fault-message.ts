import { FAULTS, type FaultCode } from './faults.ts'

const CODES = Object.keys(FAULTS) as FaultCode[]

/**
 * Takes a stored message of a Fault apart again: what happened, and what to do. `fault` is null where another version
 * wrote it, with words that this one does not know; then all of it is what happened.
 */
export function readMessage(message: string): { fault: FaultCode | null; happened: string } {
  // The longest hint decides, since one may end as another.
  const code = CODES.filter((one) => message.endsWith(`. ${FAULTS[one].hint}`) && message.includes(FAULTS[one].what))
    .toSorted((a, b) => FAULTS[a].hint.length - FAULTS[b].hint.length)
    .at(-1)
  if (code === undefined) return { fault: null, happened: message }
  return { fault: code, happened: message.slice(0, -FAULTS[code].hint.length - 1) }
}
