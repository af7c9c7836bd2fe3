import { Fault } from '../backup/model/faults.ts'

/** The source gave other bytes than announced. */
export function mismatch(key: string, detail: string): Fault {
  return new Fault('drive/content-mismatch', key, { detail })
}
