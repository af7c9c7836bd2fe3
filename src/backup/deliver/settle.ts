import type { DeliveryEnd } from '../model/catalog.ts'
import { Fault } from '../model/faults.ts'
import type { Parts } from '../model/parts.ts'
import { afterFault } from '../model/retry.ts'
import { mayBeOfOneObject } from '../transfer/refused.ts'
import type { Task } from './task.ts'

/** What a fault that is the file's own makes of its delivery. Pure but for the dice that spread retries. */
export function endAfter(
  { work, delivery }: Pick<Task, 'work' | 'delivery'>,
  fault: Fault,
  { retry, random }: Pick<Parts, 'retry' | 'random'>,
  now: number,
): DeliveryEnd {
  const { skip } = fault.kind
  if (skip !== undefined) return { status: 'skipped', reason: skip }
  if (isAboutReading(fault)) {
    work.readFault ??= round(fault, work.file.readAttempts + 1, retry, now, random())
    return { by: 'reading', ...work.readFault }
  }
  return { by: 'storing', ...round(fault, delivery.attempts + 1, retry, now, random()) }
}

export function round(fault: Fault, attempts: number, retry: Parts['retry'], now: number, random: number) {
  const { status, nextAttempt } = afterFault(fault, attempts, retry, now, random)
  return { fault, attempts, status, dueAt: nextAttempt }
}

/** Faults of reading belong to the file and count once, those of storing to each delivery. */
function isAboutReading({ code }: Fault): boolean {
  return code.startsWith('drive/') || code.startsWith('google/')
}

/** What a fault means when the destination takes other objects: its advice must not be about the destination then. */
export function asOwn(fault: Fault): Fault {
  if (!mayBeOfOneObject(fault)) return fault
  return new Fault('storage/object-refused', fault.subject, { detail: fault.detail, cause: fault })
}
