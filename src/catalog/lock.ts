import Database from 'better-sqlite3'

/** `catalogTaken` holds the lock for a moment: whoever wants to keep it waits that long. */
const PATIENCE_MS = 250

/**
 * One writer of backups a catalog. The lock is the operating system's, on a small file beside the catalog, so it ends
 * with its process however that ends. The catalog itself stays open to readers such as `sqlite3`.
 */
export function lockCatalog(catalogFile: string, patienceMs = PATIENCE_MS): Disposable | null {
  const lock = new Database(`${catalogFile}.lock`, { timeout: patienceMs })
  try {
    // The journal stays in memory: a killed holder leaves no file behind that the next would have to mend.
    lock.pragma('journal_mode = MEMORY')
    lock.exec('begin exclusive')
    return { [Symbol.dispose]: () => lock.close() }
  } catch (error) {
    lock.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
}

/** Whether some process works on the catalog now. A recorded pid proves nothing: it may have died, or be another's by now. */
export function catalogTaken(catalogFile: string): boolean {
  const lock = lockCatalog(catalogFile, 0)
  lock?.[Symbol.dispose]()
  return lock === null
}
