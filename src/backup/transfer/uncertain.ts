import type { Destination } from '../model/destination.ts'
import { Fault } from '../model/faults.ts'
import { judge } from './judge.ts'
import { isElsewhere, type KeepParts } from './keep-aside.ts'

const KEYS_AT_A_TIME = 100
const AT_ONCE = 8

/**
 * Explains the keys of a destination that may hold bytes of which the catalog knows nothing: a run died between an upload and
 * its record, or storage's answer was lost, and no delivery will look there. What is a copy is recorded, what is stored
 * elsewhere as well is removed, and what nobody can explain is remembered as unknown. A key for which that fails stays
 * uncertain and keeps nothing else from being done: the first Fault is recorded, and it is tried again later. False: that
 * happened.
 */
export async function explainUncertain(
  destination: Destination,
  parts: KeepParts,
  signal: AbortSignal,
): Promise<boolean> {
  let fault: Fault | null = null
  for (let after = ''; !signal.aborted; ) {
    const keys = await parts.catalog.uncertainKeys(destination.name, after, KEYS_AT_A_TIME)
    const last = keys.at(-1)
    if (last === undefined) break
    after = last
    const rest = [...keys]
    const work = async () => {
      for (let key = rest.pop(); key !== undefined; key = rest.pop())
        try {
          await explain(destination, key, parts, signal)
        } catch (error) {
          await parts.catalog.leaveUncertain(destination.name, [key])
          if (signal.aborted || !(error instanceof Fault)) throw error
          fault ??= error
        }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }
  await parts.catalog.recordUnremoved(destination.name, fault, parts.clock.now())
  return fault === null
}

async function explain(
  destination: Destination,
  key: string,
  { catalog, clock }: KeepParts,
  signal: AbortSignal,
): Promise<void> {
  const nobodys = async () => {
    await catalog.recordUnknown(destination.name, [key])
    await catalog.leaveUncertain(destination.name, [key])
  }
  const finding = judge(await destination.head(key, signal), null, null)
  if (finding.is === 'foreign') return nobodys()
  if (finding.is === 'ours') {
    const { head, fileId, revision } = finding
    const known = await catalog.copiesOf(destination.name, [{ fileId, revision }])
    const recorded = known.some((copy) => copy.key === key)
    // A version stays in the bucket when its key is emptied.
    const elsewhere =
      head.versionId === null
        ? await isElsewhere(destination, key, head, known, signal)
        : known.some((copy) => copy.key !== key && copy.size === head.size)
    if (!recorded && elsewhere) await destination.remove(key, signal)
    else if (!recorded && !(await catalog.adopt(destination.name, { ...head, key, place: 'mirror' }, clock.now())))
      return nobodys()
  }
  await catalog.forgetWrites(destination.name, [key])
}
