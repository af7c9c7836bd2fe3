import type { Destination } from './backup/destination.ts'
import { Fault } from './backup/faults.ts'
import type { CatalogDatabase } from './catalog/open.ts'
import { forgetSetting, saveSetting, setting } from './catalog/settings.ts'

/** Storage that does not answer in time is taken for one that holds something: then each key is looked at, which is only slower. */
const PATIENCE_MS = 10_000

/** A destination that is new here, or is to hold a drive that is new, may hold objects that the catalog does not know. */
export async function mayHoldStrangers(db: CatalogDatabase, destination: string): Promise<void> {
  await saveSetting(db, nameOf(destination), '1')
}

/** Finds out which destinations do, by the first page of what lies where this source goes. Remembered until `explored`. */
export async function explore(
  db: CatalogDatabase,
  destinations: readonly Destination[],
  source: string,
  signal: AbortSignal,
): Promise<Set<string>> {
  const unexplored = new Set<string>()
  for (const destination of destinations) {
    if ((await setting(db, nameOf(destination.name))) === null) continue
    if (await isEmpty(destination, source, signal)) await explored(db, destination.name)
    else unexplored.add(destination.name)
  }
  return unexplored
}

/** Every key that is wanted there has been looked at. */
export async function explored(db: CatalogDatabase, destination: string): Promise<void> {
  await forgetSetting(db, nameOf(destination))
}

async function isEmpty(destination: Destination, source: string, signal: AbortSignal): Promise<boolean> {
  const folder = destination.keyFor({ source, path: '', fileId: '' })
  try {
    for await (const _ of destination.list(folder, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])))
      return false
    return true
  } catch (error) {
    if (signal.aborted || !(error instanceof Fault || (error as Error).name === 'TimeoutError')) throw error
    return false // the cycles will say what is wrong
  }
}

function nameOf(destination: string): string {
  return `unexplored.${destination}`
}
