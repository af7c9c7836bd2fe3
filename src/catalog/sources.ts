import type { SourceState } from '../backup/catalog.ts'
import type { Fault } from '../backup/faults.ts'
import type { CycleResult } from '../backup/parts.ts'
import type { Identity } from '../backup/source.ts'
import type { CatalogDatabase } from './open.ts'
import { timeText } from './times.ts'

/** What makes a source: the account it is, and whether it is its My Drive or one shared drive. */
export interface SourceKey {
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
    .where('drive_id', key.driveId === null ? 'is' : '=', key.driveId)
    .executeTakeFirst()
  return row?.id ?? null
}

/**
 * Adds the source, or finds it again by its account when the credentials are new. Its name, part of every object key,
 * is given once and kept: the account's address.
 */
export async function saveSource(db: CatalogDatabase, key: SourceKey, who: Identity, now: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await trx
      .insertInto('accounts')
      .values({ email: who.email, created_at: timeText(now) })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .execute()
    const account = await trx
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', who.email)
      .executeTakeFirstOrThrow()
    const known = await trx
      .selectFrom('sources')
      .select('id')
      .where('account_id', '=', account.id)
      .where('drive_id', key.driveId === null ? 'is' : '=', key.driveId)
      .executeTakeFirst()
    if (known !== undefined) {
      await trx.updateTable('sources').set({ credentials: key.credentials }).where('id', '=', known.id).execute()
      return known.id
    }
    const { id } = await trx
      .insertInto('sources')
      .values({
        account_id: account.id,
        kind: key.driveId === null ? 'my-drive' : 'shared-drive',
        drive_id: key.driveId,
        name: sourceName(who.email, key.driveId),
        root_id: who.rootId,
        credentials: key.credentials,
        created_at: timeText(now),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  })
}

/** An address has no `/` and is no `..`, but it comes from outside. */
function sourceName(email: string, driveId: string | null): string {
  const name = driveId === null ? email : `${email} ${driveId}`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return name.replace(/[/\u0000-\u001f\u007f]/g, '_').replace(/^\.+/, '_')
}

export async function sourceState(db: CatalogDatabase, id: number): Promise<SourceState> {
  const row = await db.selectFrom('sources').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  return {
    id,
    name: row.name,
    cursor: row.cursor,
    scan: row.scan_phase === null ? null : { position: row.scan_position },
  }
}

/** How long cycles and log lines are kept: long enough to look back a season, bounded on every disk. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000

/**
 * Writes down how a cycle ended. One that found and did nothing leaves no row: only the time of the last success, or what
 * is still out of order at one of several destinations.
 */
export async function recordCycle(
  db: CatalogDatabase,
  id: number,
  result: CycleResult,
  costs: { startedAt: number; endedAt: number; apiCalls: number; storageCalls: number },
): Promise<void> {
  const ended = timeText(costs.endedAt)
  const fault: Fault | null = result.fault
  await db
    .updateTable('sources')
    .set({
      ...(result.end === 'done' ? { last_success: ended } : {}),
      last_fault: fault?.code ?? null,
      last_fault_message: fault?.message ?? null,
    })
    .where('id', '=', id)
    .execute()
  const { end, seen, synced, skipped, moved, failed, retrying, bytes } = result
  if ((fault === null || result.partly) && seen + synced + skipped + moved + failed + retrying === 0) return
  await db
    .insertInto('cycles')
    .values({
      source_id: id,
      started_at: timeText(costs.startedAt),
      ended_at: ended,
      result: end,
      fault: fault?.code ?? null,
      ...{ seen, synced, skipped, moved, failed, retrying, bytes },
      api_calls: costs.apiCalls,
      storage_calls: costs.storageCalls,
    })
    .execute()
}

/** Drops what is older than 90 days from the log and the list of cycles. */
export async function forgetOldLogs(db: CatalogDatabase, now: number): Promise<void> {
  const before = timeText(now - KEPT_MS)
  await db.deleteFrom('sync_logs').where('timestamp', '<', before).execute()
  await db.deleteFrom('cycles').where('ended_at', '<', before).execute()
}
