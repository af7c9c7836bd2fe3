import Database from 'better-sqlite3'

/**
 * One writer of backups a catalog. The lock is the operating system's, on a small file beside the catalog, so it ends
 * with its process however that ends. The catalog itself stays open to readers such as `sqlite3`.
 */
export function lockCatalog(catalogFile: string): Disposable | null {
  const lock = new Database(`${catalogFile}.lock`, { timeout: 0 })
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
