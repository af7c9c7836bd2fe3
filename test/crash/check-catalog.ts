import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/**
 * What SQLite finds wrong with a catalog whose process died. A copy of the file and its log is looked at, so that it is
 * Drivekeep and not this check that mends what the crash left.
 */
export function faultsOfCatalog(folder: string): string[] {
  const copy = mkdtempSync(join(tmpdir(), 'drivekeep-check-'))
  try {
    for (const name of ['sync_state.db', 'sync_state.db-wal'])
      if (existsSync(join(folder, name))) cpSync(join(folder, name), join(copy, name))
    if (!existsSync(join(copy, 'sync_state.db'))) return []
    const db = new Database(join(copy, 'sync_state.db'))
    const integrity = db.pragma('integrity_check') as { integrity_check: string }[]
    const orphans = db.pragma('foreign_key_check') as { table: string; parent: string }[]
    db.close()
    return [
      ...integrity.map((row) => row.integrity_check).filter((line) => line !== 'ok'),
      ...orphans.map(({ table, parent }) => `a row of ${table} lacks its ${parent}`),
    ]
  } finally {
    rmSync(copy, { recursive: true })
  }
}
