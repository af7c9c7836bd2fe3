import type { Catalog } from '../backup/catalog.ts'
import { claimDue, drop, hasten, nextDue, release } from './claims.ts'
import { copyById, occupants, recordLost, recordMoved } from './copies.ts'
import type { CatalogDatabase } from './open.ts'
import { record } from './record.ts'
import * as scans from './scans.ts'
import { sourceState } from './sources.ts'

/** The catalog on SQLite, as the backup sees it. */
export function createCatalog(db: CatalogDatabase): Catalog {
  return {
    source: (id) => sourceState(db, id),
    beginScan: (source, cursor) => scans.beginScan(db, source, cursor),
    recordScanPage: (source, page, at) => scans.recordScanPage(db, source, page, at),
    restartScan: (source) => scans.restartScan(db, source),
    unseen: (source, after, limit) => scans.unseen(db, source, after, limit),
    finishScan: (source) => scans.finishScan(db, source),
    recordChanges: (source, changes, cursor, at) => scans.recordChanges(db, source, changes, cursor, at),

    claimDue: (source, at, limit, selection) => claimDue(db, source, at, limit, selection),
    release: (rows) => release(db, rows),
    drop: (rows) => drop(db, rows),
    occupants: (destination, keys) => occupants(db, destination, keys),
    copy: (id) => copyById(db, id),
    recordMoved: (copy, to, remove) => recordMoved(db, copy, to, remove),
    recordLost: (copy, at) => recordLost(db, copy, at),
    record: (copies, outcomes, at) => record(db, copies, outcomes, at),
    removals: async (limit) => {
      const rows = await db.selectFrom('removals').selectAll().limit(limit).execute()
      return rows.map((row) => ({ destination: row.destination, key: row.object_key }))
    },
    removed: async (destination, key) => {
      await db.deleteFrom('removals').where('destination', '=', destination).where('object_key', '=', key).execute()
    },
    hasten: (source, at) => hasten(db, source, at),
    nextDue: (source, which) => nextDue(db, source, which),
  }
}
