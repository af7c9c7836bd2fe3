import type { Catalog } from '../backup/model/catalog.ts'
import type { InventoryCatalog } from '../backup/model/inventory.ts'
import { DestinationIds } from './destination-ids.ts'
import { destinationRecord, recordEntered, recordInventory, recordUnremoved } from './destinations.ts'
import * as scans from './items/scans.ts'
import type { CatalogDatabase } from './open.ts'
import { forgetCredentials, sourceState } from './sources.ts'
import { abandon, claim, clampDue, nextDue, release } from './work/claim.ts'
import * as copies from './work/copies.ts'
import { fill } from './work/fill.ts'
import { compareKeys, someCopies } from './work/inventory.ts'
import * as keys from './work/keys.ts'
import { saveOutage } from './work/outages.ts'
import { settle } from './work/settle.ts'

/** The catalog on SQLite, as the backup sees it. `boot` names this process start: what is claimed belongs to it. */
export function createCatalog(db: CatalogDatabase, boot: string): Catalog & InventoryCatalog {
  const ids = new DestinationIds(db)
  return {
    source: (id) => sourceState(db, id),
    beginScan: (source, cursor, reason, at) => scans.beginScan(db, source, cursor, reason, at),
    recordScanPage: (source, page, at) => scans.recordScanPage(db, source, page, at),
    restartScan: (source) => scans.restartScan(db, source),
    unseen: (source, after, limit) => scans.unseen(db, source, after, limit),
    finishScan: (source, reconcileAt, at) => scans.finishScan(db, source, reconcileAt, at),
    recordChanges: (source, changes, cursor, at) => scans.recordChanges(db, source, changes, cursor, at),
    recordOdd: (source, count) => scans.recordOdd(db, source, count),
    forgetCredentials: (source) => forgetCredentials(db, source),

    claim: (ask, at) => claim(db, ids, boot, ask, at),
    reserve: (wanted) => keys.reserve(db, ids, boot, wanted),
    release: (held) => release(db, ids, boot, held),
    abandon: (held) => abandon(db, ids, held),
    settle: (settlements, outcomes, at) => settle(db, ids, settlements, outcomes, at),
    nextDue: (which, among) => nextDue(db, ids, which, among),
    clockSetBack: (at) => clampDue(db, at, 'set-back'),
    recordFetched: (source, change, at) => scans.recordFetched(db, source, change, at),
    fill: (at) => fill(db, at),
    saveOutage: (endpoint, outage, since) => saveOutage(db, ids, endpoint, outage, since),

    copy: (id) => copies.copyById(db, ids, id),
    copiesOf: (destination, contents) => copies.copiesOf(db, ids, destination, contents),
    recordMoved: (copy, to) => copies.recordMoved(db, ids, copy, to),
    recordKept: (copy, as, at) => copies.recordKept(db, ids, copy, as, at),
    recordSuperseded: (copy) => copies.recordSuperseded(db, copy),
    recordFoundElsewhere: (copy, to, at) => copies.recordFoundElsewhere(db, copy, to, at),
    recordLost: (copy, at) => copies.recordLost(db, copy, at),
    adopt: (destination, found, at) => copies.adopt(db, ids, destination, found, at),
    uncertainKeys: (destination, after, limit) => keys.uncertainKeys(db, ids, boot, destination, after, limit),
    hasUncertainKeys: (destination) => keys.hasUncertainKeys(db, ids, destination),
    leaveUncertain: (destination, some) => keys.leaveUncertain(db, ids, destination, some),
    recordUnremoved: (destination, fault, at) => recordUnremoved(db, destination, fault, at),
    forgetWrites: (destination, some) => keys.forgetWrites(db, ids, destination, some),
    recordUnknown: (destination, some) => keys.recordUnknown(db, ids, destination, some),

    destination: (name) => destinationRecord(db, name),
    recordEntered: (name, entered) => recordEntered(db, ids, name, entered),

    compareKeys: (destination, stretch) => compareKeys(db, ids, destination, stretch),
    someCopies: (destination, count) => someCopies(db, ids, destination, count),
    recordInventory: (destination, result) => recordInventory(db, destination, result),
  }
}
