import type { CatalogDatabase } from '../open.ts'
import { timeMs, timeText } from '../times.ts'

export interface AuditEntry {
  /** Null: nobody was signed in. */
  actor: string | null
  address: string | null
  action: string
  subject: string | null
  detail: string | null
  outcome: 'done' | 'refused'
}

/**
 * What is kept: changes for two years, refusals for 90 days, and of each the newest so many. Refusals have a limit of
 * their own, so that a flood of wrong passwords washes away no change.
 */
export const KEPT = {
  done: { days: 730, rows: 100_000 },
  refused: { days: 90, rows: 20_000 },
} as const

const DAY_MS = 24 * 60 * 60 * 1000

export async function addAudit(db: CatalogDatabase, entry: AuditEntry, now: number): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({ timestamp: timeText(now), ...entry })
    .execute()
}

/** Newest first, from before `before` on. */
export async function listAudit(
  db: CatalogDatabase,
  { before, limit }: { before: number | null; limit: number },
): Promise<(AuditEntry & { id: number; at: number })[]> {
  let newest = db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').limit(limit)
  if (before !== null) newest = newest.where('id', '<', before)
  const rows = await newest.execute()
  return rows.map(({ timestamp, ...entry }) => ({ ...entry, at: timeMs(timestamp) }))
}

/** Forgets what is older, or more, than is kept. */
export async function pruneAudit(db: CatalogDatabase, now: number): Promise<void> {
  for (const outcome of ['done', 'refused'] as const) {
    const { days, rows } = KEPT[outcome]
    const oldest = await db
      .selectFrom('audit_log')
      .select('id')
      .where('outcome', '=', outcome)
      .orderBy('id', 'desc')
      .offset(rows)
      .limit(1)
      .executeTakeFirst()
    await db
      .deleteFrom('audit_log')
      .where('outcome', '=', outcome)
      .where((to) => to.or([to('id', '<=', oldest?.id ?? 0), to('timestamp', '<', timeText(now - days * DAY_MS))]))
      .execute()
  }
}
