import { destinationHealth } from '../../backup/model/health.ts'
import { knownDestinations } from '../../catalog/destinations.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { type LogLine, lastErrors } from '../../catalog/read/activity.ts'
import {
  type CopyTallies,
  copyTallies,
  fileTallies,
  lackingAt,
  oldestAtDestinations,
  sum,
} from '../../catalog/read/tallies.ts'
import type { DestinationRow } from '../../catalog/schema.ts'
import { knownSources } from '../../catalog/sources.ts'
import { isoTime, timeMs } from '../../catalog/times.ts'
import type { Loaded } from '../../config/file/load.ts'
import type { WrittenDestination } from '../../config/schema/schema.ts'
import { DESTINATION_TYPE_NAMES, destinationType } from '../../destinations/destination-types.ts'
import * as routes from '../contract/destinations.ts'
import { titleOf } from '../figures/fault-text.ts'
import { outageAt } from '../figures/outages.ts'
import { answers, type Handler } from '../http/handler.ts'

export interface DestinationParts {
  db: CatalogDatabase
  /** Ms since 1970. */
  now: () => number
  /** The configuration as it stands. */
  configuration: () => Promise<Loaded>
}

/** Where copies go. */
export function destinationsHandlers(parts: DestinationParts): Handler[] {
  return [
    answers(routes.listDestinations, async () => ({
      destinations: await readDestinations(parts),
      types: DESTINATION_TYPE_NAMES.map(typeOf),
    })),
  ]
}

/** How far back errors are looked through, and how many of each destination are told. */
const ERRORS_LOOKED_AT = 500
const ERRORS_TOLD = 5

/** Every destination that is configured, and those that were once and still hold copies. */
export async function readDestinations(parts: DestinationParts) {
  const { db, now, configuration } = parts
  const loaded = await configuration()
  const configured = new Map(Object.entries(loaded.written.destinations))
  const known = new Map((await knownDestinations(db)).map((row) => [row.name, row]))
  const stored = new Map((await copyTallies(db)).map((tallies) => [tallies.destination, tallies]))
  const errors = Map.groupBy(await lastErrors(db, ERRORS_LOOKED_AT), ({ destination }) => destination)
  const lacking = await lackingAt(db)
  const oldest = await oldestAtDestinations(db)
  const wanted = await wantedFiles(db)
  return [...new Set([...configured.keys(), ...stored.keys()])].map((name) => {
    const written = configured.get(name) ?? null
    const row = known.get(name) ?? null
    const enabled = written?.enabled ?? false
    const work: Work = {
      outage: enabled && row !== null ? outageAt('destination', row, now()) : null,
      lacking: (enabled ? lacking.get(name) : undefined) ?? { files: 0, bytes: 0, failed: 0 },
      filling: enabled && row !== null && (row.fill_after !== null || row.rekey_after !== null),
    }
    const tallies = held(stored.get(name))
    const inUse = enabled && row?.active === 1 && wanted > 0
    return {
      name,
      type: written?.type ?? 'other',
      enabled,
      settings: written === null ? null : settingsOf(written),
      origin:
        written === null || !loaded.fileGives(['destinations', name]) ? ('dashboard' as const) : ('file' as const),
      address: row?.address ?? null,
      ...tallies,
      health: destinationHealth({
        ...{ enabled, out: work.outage !== null, filling: work.filling },
        test: row === null || row.tested_at === null ? null : { at: timeMs(row.tested_at), ok: row.tested_ok === 1 },
        lastWrite: tallies.last_write === null ? null : Date.parse(tallies.last_write),
        lacking: work.lacking.files,
        failed: work.lacking.failed,
      }),
      ...work,
      oldest_unprotected: enabled ? isoOf(oldest.get(name)) : null,
      coverage: inUse ? (wanted - work.lacking.files) / wanted : null,
      last_test: testOf(row),
      inventory_at: isoTime(row?.inventory_at ?? null),
      last_ok_at: isoTime(row?.last_ok_at ?? null),
      last_errors: (errors.get(name) ?? []).slice(0, ERRORS_TOLD).map(errorOf),
    }
  })
}

/** What should be at every destination. */
async function wantedFiles(db: CatalogDatabase): Promise<number> {
  const watched = (await knownSources(db)).filter(({ config_name }) => config_name !== null)
  const { total, skipped } = (await fileTallies(db)).of(watched.map(({ id }) => id))
  return total - sum(skipped)
}

interface Work {
  outage: ReturnType<typeof outageAt>
  lacking: { files: number; bytes: number; failed: number }
  filling: boolean
}

function testOf(row: DestinationRow | null) {
  return row === null || row.tested_at === null ? null : { at: isoTime(row.tested_at), ok: row.tested_ok === 1 }
}

function isoOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

function settingsOf(written: WrittenDestination) {
  const { bucket, region, path, prefix, endpoint, force_path_style, storage_class, access_key_id, layout } = written
  const type = destinationType(written.type)
  return {
    bucket: bucket ?? '',
    region: region ?? (type.kind === 's3' ? type.region.default : null) ?? '',
    ...{ path, prefix, endpoint, force_path_style, storage_class, access_key_id, layout },
  }
}

/** What a form needs to know of a type. */
function typeOf(name: (typeof DESTINATION_TYPE_NAMES)[number]) {
  const type = destinationType(name)
  const { title, kind } = type
  const none = { default_region: null, needs_endpoint: false, region_example: null, endpoint_example: null }
  if (type.kind === 'folder') return { type: name, title, kind, ...none, key: '', key_page: null, storage_classes: [] }
  return {
    ...{ type: name, title, kind, key: type.key, key_page: type.keyPage },
    default_region: type.region.default,
    needs_endpoint: type.endpoint.of === null,
    region_example: type.region.example,
    endpoint_example: type.endpoint.example,
    storage_classes: [...type.storageClasses],
  }
}

function held(tallies: CopyTallies | undefined) {
  const { mirror, history, lastStored } = tallies ?? { mirror: NOTHING, history: NOTHING, lastStored: null }
  return {
    files: mirror.copies,
    bytes: mirror.bytes,
    history_files: history.copies,
    history_bytes: history.bytes,
    last_write: isoTime(lastStored),
  }
}
const NOTHING = { copies: 0, bytes: 0 }

function errorOf({ timestamp, path, action, fault, message }: LogLine) {
  const title = fault === null ? (action === 'lost' ? titleOf('storage/not-found') : action) : titleOf(fault)
  return { at: isoTime(timestamp), path, fault, title, detail: message }
}
