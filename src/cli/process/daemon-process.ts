import { catalogTaken } from '../../catalog/lock.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { type DaemonRow, readDaemon } from '../../catalog/operator.ts'

export interface LiveDaemon extends DaemonRow {
  pid: number
}

/** The daemon that works on this catalog now; null when none does, also when its process died without a word. */
export async function liveDaemon(db: CatalogDatabase, catalogFile: string): Promise<LiveDaemon | null> {
  const daemon = await readDaemon(db)
  if (daemon === null || daemon.pid === null) return null
  // The lock may be held by a `sync` that began after the daemon died, and the pid may be somebody else's by now.
  return exists(daemon.pid) && catalogTaken(catalogFile) ? { ...daemon, pid: daemon.pid } : null
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it runs, as another user
  }
}
