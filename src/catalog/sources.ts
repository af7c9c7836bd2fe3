import type { ScanReason, SourceState } from '../backup/model/catalog.ts'
import type { CycleResult } from '../backup/model/parts.ts'
import type { Identity } from '../backup/model/source.ts'
import { confirmMassChange } from './items/mass-change.ts'
import type { CatalogDatabase } from './open.ts'
import { timeMs, timeText } from './times.ts'

/** What makes a source: the account it is, and whether it is its My Drive or one shared drive. */
export interface SourceKey {
  /** Its entry in the configuration. */
  configName: string
  driveId: string | null
  /** Changes when other credentials are used: then it is asked again whose drive this is. */
  credentials: string
}

/** The sources that are known, oldest first. */
export async function knownSources(db: CatalogDatabase) {
  return db
    .selectFrom('sources')
    .innerJoin('accounts', 'accounts.id', 'sources.account_id')
    .selectAll('sources')
    .select('accounts.email')
    .orderBy('sources.id')
    .execute()
}

/** Finds a source by its credentials alone, without asking Google: so an idle start costs one API call and no more. */
export async function findSource(db: CatalogDatabase, key: SourceKey): Promise<number | null> {
  const row = await db
    .selectFrom('sources')
    .select('id')
    .where('credentials', '=', key.credentials)
    .where('config_name', '=', key.configName)
    .where('drive_id', key.driveId === null ? 'is' : '=', key.driveId)
    .executeTakeFirst()
  return row?.id ?? null
}

/**
 * Adds the source, or finds it again by its root folder, whatever the account's address is by now. Its name, part of every
 * object key, is given once and kept: the address that it had at first. The source that this entry of the configuration was
 * before stays known, and is watched no more.
 */
export async function saveSource(db: CatalogDatabase, key: SourceKey, who: Identity, now: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const account = await saveAccount(trx, who, now)
    await trx
      .updateTable('sources')
      .set({ config_name: null, unwatched_at: timeText(now) })
      .where('config_name', '=', key.configName)
      .where('root_id', '<>', who.rootId)
      .execute()
    const watched = {
      config_name: key.configName,
      unwatched_at: null,
      credentials: key.credentials,
      account_id: account,
    }
    const known = await trx.selectFrom('sources').select('id').where('root_id', '=', who.rootId).executeTakeFirst()
    if (known !== undefined) {
      await trx.updateTable('sources').set(watched).where('id', '=', known.id).execute()
      return known.id
    }
    const { id } = await trx
      .insertInto('sources')
      .values({
        ...watched,
        kind: key.driveId === null ? 'my-drive' : 'shared-drive',
        drive_id: key.driveId,
        name: await freeName(trx, sourceName(who.email, key.driveId)),
        root_id: who.rootId,
        created_at: timeText(now),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  })
}

/** An account made again under its former address is another one, with other files. */
async function saveAccount(trx: CatalogDatabase, { permissionId, email }: Identity, now: number): Promise<number> {
  const known = await trx
    .selectFrom('accounts')
    .select('id')
    .where('permission_id', '=', permissionId)
    .executeTakeFirst()
  if (known !== undefined) {
    await trx.updateTable('accounts').set({ email }).where('id', '=', known.id).execute()
    return known.id
  }
  // Known by its address alone, from before permission ids were asked for.
  const former = await trx
    .selectFrom('accounts')
    .select('id')
    .where('email', '=', email)
    .where('permission_id', 'is', null)
    .executeTakeFirst()
  if (former !== undefined) {
    await trx.updateTable('accounts').set({ permission_id: permissionId }).where('id', '=', former.id).execute()
    return former.id
  }
  const row = { permission_id: permissionId, email, created_at: timeText(now) }
  const { id } = await trx.insertInto('accounts').values(row).returning('id').executeTakeFirstOrThrow()
  return id
}

async function freeName(trx: CatalogDatabase, wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} (${number})`
    const taken = await trx.selectFrom('sources').select('id').where('name', '=', name).executeTakeFirst()
    if (taken === undefined) return name
  }
}

/** An address has no `/` and is no `..`, but it comes from outside. */
function sourceName(email: string, driveId: string | null): string {
  const name = driveId === null ? email : `${email} ${driveId}`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return name.replace(/[/\u0000-\u001f\u007f]/g, '_').replace(/^\.+/, '_')
}

/** Entries that the configuration has no more: their sources stay known, and are watched no more. */
export async function unwatchAllBut(db: CatalogDatabase, configNames: readonly string[], now: number): Promise<void> {
  for (const { id, config_name } of await knownSources(db)) {
    if (config_name === null || configNames.includes(config_name)) continue
    await db
      .updateTable('sources')
      .set({ config_name: null, unwatched_at: timeText(now) })
      .where('id', '=', id)
      .execute()
  }
}

export async function sourceState(db: CatalogDatabase, id: number): Promise<SourceState> {
  const row = await db.selectFrom('sources').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const reason: ScanReason = row.scan_reason ?? 'first'
  const asked = row.reconcile_asked === 1 ? 0 : null
  return {
    id,
    name: row.name,
    cursor: row.cursor,
    scan: row.scan_phase === null ? null : { position: row.scan_position, listed: row.scan_phase === 'listed', reason },
    scannedAt: row.scan_started_at === null ? null : timeMs(row.scan_started_at),
    reconcileAt: asked ?? (row.reconcile_at === null ? null : timeMs(row.reconcile_at)),
    rootId: row.root_id,
  }
}

/** Another account answers than the one that this source is of: it has to be asked who it is before it is worked with again. */
export async function forgetCredentials(db: CatalogDatabase, id: number): Promise<void> {
  await db.updateTable('sources').set({ credentials: '' }).where('id', '=', id).execute()
}

/** The operator confirms what changed so far in a source. False: there was no alarm. */
export function confirmChanges(db: CatalogDatabase, id: number): Promise<boolean> {
  return db.transaction().execute((trx) => confirmMassChange(trx, id))
}

/** Somebody wants a source, or all of them, to be compared with the catalog now. */
export async function askForReconcile(db: CatalogDatabase, id: number | null): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('sources')
    .set({ reconcile_asked: 1 })
    .where('config_name', 'is not', null)
    .$if(id !== null, (query) => query.where('id', '=', id))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** How long cycles and log lines are kept: long enough to look back a season, bounded on every disk. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000

/** What a recorded cycle was. */
export interface CycleRecord {
  kind: 'check' | 'scan' | 'reconcile'
  startedAt: number
  endedAt: number
  apiCalls: number
  storageCalls: number
}

/** Writes down how a cycle ended. One that found and did nothing leaves no row: only the time of the last success. */
export async function recordCycle(
  db: CatalogDatabase,
  id: number,
  result: CycleResult,
  { kind, startedAt, endedAt, apiCalls, storageCalls }: CycleRecord,
): Promise<void> {
  const ended = timeText(endedAt)
  const { end, fault, partly, seen, synced, skipped, moved, failed, retrying, bytes } = result
  if (end === 'done') await db.updateTable('sources').set({ last_success: ended }).where('id', '=', id).execute()
  if ((fault === null || partly) && kind === 'check' && seen + synced + skipped + moved + failed + retrying === 0)
    return
  await db
    .insertInto('cycles')
    .values({
      source_id: id,
      kind,
      started_at: timeText(startedAt),
      ended_at: ended,
      result: end,
      fault: fault?.code ?? null,
      fault_subject: fault?.subject ?? null,
      fault_detail: fault?.detail ?? null,
      ...{ seen, synced, skipped, moved, failed, retrying, bytes },
      api_calls: apiCalls,
      storage_calls: storageCalls,
    })
    .execute()
}

/** Drops what is older than 90 days from the log and the list of cycles. */
export async function forgetOldLogs(db: CatalogDatabase, now: number): Promise<void> {
  // A clock that is ahead must not empty them: what is newer than the newest line less 90 days stays.
  const newest = await db.selectFrom('sync_logs').select('timestamp').orderBy('id', 'desc').limit(1).executeTakeFirst()
  const from = Math.min(now, newest === undefined ? now : timeMs(newest.timestamp))
  const before = timeText(from - KEPT_MS)
  await db.deleteFrom('sync_logs').where('timestamp', '<', before).execute()
  await db.deleteFrom('cycles').where('ended_at', '<', before).execute()
}
