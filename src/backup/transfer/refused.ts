import type { Fault, FaultCode } from '../model/faults.ts'

/** Faults that blame a destination, and that concern a single object when others are accepted. */
const OF_ONE_OBJECT: ReadonlySet<FaultCode> = new Set([
  'storage/access-denied',
  'storage/credentials-refused',
  'storage/bad-answer',
  'storage/wrong-region',
  'storage/folder-denied',
])

/** Whether a rule about this one object can be behind the fault. */
export function mayBeOfOneObject({ code }: Fault): boolean {
  return OF_ONE_OBJECT.has(code)
}

/** Whether what lies there can be neither copied nor looked at, and asking again is of no use. */
export function isOutOfReach(fault: Fault): boolean {
  return mayBeOfOneObject(fault) || (fault.kind.scope === 'item' && fault.kind.retry !== 'next-cycle')
}
