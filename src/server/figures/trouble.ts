import { readMessage } from '../../backup/fault-message.ts'
import { faultKind } from '../../backup/faults.ts'
import type { Trouble } from '../contract/status.ts'

/** What the catalog remembers of a Fault, as the API tells it: what happened apart from what to do. */
export function troubleOf(fault: string, message: string): Trouble {
  const kind = faultKind(fault)
  const { happened } = readMessage(message)
  return { fault, message: happened, hint: kind?.hint ?? null, needs_operator: needsOperator(fault) }
}

/** Whether a person must act; a fault that this version does not know is not said to be one. */
export function needsOperator(fault: string): boolean {
  return faultKind(fault)?.retry === 'after-operator'
}

/** Whether files that failed with it wait for a person, and are not only put off until tomorrow. */
export function failsForGood(fault: string): boolean {
  return faultKind(fault)?.retry !== 'daily'
}

/** Whether a destination is out of order, and not Google or the file. */
export function ofDestination(fault: string): boolean {
  return faultKind(fault)?.scope === 'destination'
}
