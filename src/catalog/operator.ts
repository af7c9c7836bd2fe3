import type { DaemonState, Operator } from '../backup/daemon/operator.ts'
import type { CatalogDatabase } from './open.ts'
import { saveSetting, setting } from './settings.ts'
import { type TimeText, timeText } from './times.ts'

/**
 * The operator's wish and the daemon's state: one row, read by the daemon twice a second. Any process that can write the
 * catalog can pause, resume or stop the daemon, and what was chosen holds across restarts.
 */
export interface DaemonRow {
  desired: DaemonState
  state: DaemonState
  pid: number | null
  started_at: TimeText | null
}

/** What a daemon finds at its start. `autoStart` decides only as long as nobody has chosen anything. */
export async function enterDaemon(
  db: CatalogDatabase,
  { autoStart, pid, now }: { autoStart: boolean; pid: number; now: number },
): Promise<void> {
  const at = timeText(now)
  const desired = autoStart ? 'running' : 'stopped'
  const entered = { state: 'stopped', pid, started_at: at, updated_at: at } as const
  const found = (await hasChosen(db)) ? entered : { ...entered, desired: desired as DaemonState }
  await db
    .insertInto('daemon_state')
    .values({ id: 1, desired, wakeups: 0, ...entered })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(found))
    .execute()
}

export async function leaveDaemon(db: CatalogDatabase, now: number): Promise<void> {
  await db
    .updateTable('daemon_state')
    .set({ state: 'stopped', pid: null, started_at: null, updated_at: timeText(now) })
    .execute()
}

export async function readDaemon(db: CatalogDatabase): Promise<DaemonRow | null> {
  const row = await db.selectFrom('daemon_state').select(['desired', 'state', 'pid', 'started_at']).executeTakeFirst()
  return row ?? null
}

/** What the operator chooses; also before any daemon ever ran. */
export function choose(db: CatalogDatabase, desired: DaemonState, now: number): Promise<void> {
  const updated_at = timeText(now)
  return db.transaction().execute(async (trx) => {
    await trx
      .insertInto('daemon_state')
      .values({ id: 1, desired, state: 'stopped', wakeups: 1, pid: null, started_at: null, updated_at })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((to) => ({ desired, wakeups: to('daemon_state.wakeups', '+', 1), updated_at })),
      )
      .execute()
    await saveSetting(trx, CHOSEN, desired)
  })
}

/** What was chosen last, by any operator; what is there without a choice comes from auto_start. */
const CHOSEN = 'operator_chose'

/** Whether anybody has ever chosen what the daemon is to do. */
export async function hasChosen(db: CatalogDatabase): Promise<boolean> {
  return (await setting(db, CHOSEN)) !== null
}

/** Asks a running daemon to check now. */
export async function wake(db: CatalogDatabase): Promise<void> {
  await db
    .updateTable('daemon_state')
    .set((to) => ({ wakeups: to('wakeups', '+', 1) }))
    .execute()
}

export function operator(db: CatalogDatabase, now: () => number): Operator {
  let reported: DaemonState | null = null
  return {
    async wish() {
      const row = await db.selectFrom('daemon_state').select(['desired', 'wakeups']).executeTakeFirst()
      return { desired: row?.desired ?? 'stopped', wakeups: row?.wakeups ?? 0 }
    },
    async report(state) {
      if (state === reported) return
      await db
        .updateTable('daemon_state')
        .set({ state, updated_at: timeText(now()) })
        .execute()
      reported = state
    },
  }
}
