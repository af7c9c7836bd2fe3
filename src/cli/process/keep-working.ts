import { type App, composeOn } from '../../app/compose.ts'
import { DestinationMoved } from '../../app/destination-moved.ts'
import { diskFull, machineFault } from '../../app/machine-fault.ts'
import { prepareWork } from '../../app/prepare-work.ts'
import { workBegins } from '../../app/set-up.ts'
import { type DaemonEvent, type DaemonParts, type FaultText, runDaemon, type Work } from '../../backup/daemon/daemon.ts'
import { Fault } from '../../backup/model/faults.ts'
import type { BackupEvent, Clock } from '../../backup/model/parts.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { operator } from '../../catalog/operator.ts'
import { saveStartFault } from '../../catalog/settings.ts'
import type { ReadyConfig } from '../../config/config.ts'
import { logEvents } from '../../log/events.ts'
import { Refusal } from '../terminal/refusal.ts'
import { type ChangeParts, ChangeWatch } from './change-watch.ts'

export interface KeepWorkingParts extends ChangeParts {
  db: CatalogDatabase
  clock: Clock
  /** Told of each turn of the daemon and of each change of its state. */
  daemonTells(event: DaemonEvent): void
  /** Told of all that happens, besides the log. */
  tell(event: BackupEvent): void
  /** The parts that are being worked with, for what they cost and how fast they may go; null: none are. */
  partsChanged(parts: Pick<App, 'drives' | 'destinations'> | null): void
  /** Calls `read` whenever config.yaml is to be read again. */
  onReload(read: () => void): void
}

/**
 * Runs the daemon until `shutdown`, with the configuration as it stands. What is not set up yet is waited for; what keeps it
 * from working for a while is told and tried again. Throws bugs, and what makes the configuration of the start unusable.
 */
export async function keepWorking(parts: KeepWorkingParts, shutdown: AbortSignal): Promise<void> {
  const { db, clock, configuration, log } = parts
  const watch = new ChangeWatch(parts, await configuration.current())
  log.follow(watch.standing.loaded.config)
  parts.onReload(() => watch.reload())
  let first = true
  let refused: string | null = null
  let saved: Fault | null = null
  const saveFault = (fault: Fault | null) => {
    if (saved === null && fault === null) return
    saved = fault
    void saveStartFault(db, fault, clock.now()).catch(() => {}) // the log has it
  }
  const daemon: DaemonParts = {
    operator: operator(db, () => clock.now()),
    clock,
    async prepare(signal) {
      const { loaded } = watch.standing
      if (loaded.state !== 'ready') return null
      const work = await prepare(loaded.config, parts, () => watch.again(), signal)
      first = false
      await saveStartFault(db, null, clock.now())
      saved = null
      await workBegins(db)
      return work
    },
    async changed() {
      const changed = await watch.changed()
      if (changed) await tellMissing()
      if (watch.refused !== refused) {
        refused = watch.refused
        saveFault(refused === null ? null : new Fault('local/settings-unusable', 'settings', { detail: refused }))
      }
      return changed
    },
    faultTextOf: (error) => faultTextOf(error, first),
    tell(event) {
      if (event.type === 'fault' && event.failure.fault !== null) saveFault(event.failure.fault)
      // While nothing can be backed up, whatever the operator wants, that has been said.
      if (event.type !== 'state' || watch.standing.loaded.state === 'ready') parts.daemonTells(event)
    },
  }
  await tellMissing()
  await runDaemon(daemon, shutdown)

  async function tellMissing(): Promise<void> {
    const { loaded } = watch.standing
    if (loaded.state === 'ready') return
    const what = loaded.missing.map(({ path, message }) =>
      path === '' ? `config.yaml ${message}` : `${path} ${message}`,
    )
    log.lines.warn(`not set up yet, so nothing is backed up: ${what.join('; ')}. Set it up in the dashboard`)
    await saveStartFault(db, null, clock.now())
  }
}

async function prepare(
  config: ReadyConfig,
  { db, clock, log, tell, partsChanged }: KeepWorkingParts,
  again: () => void,
  signal: AbortSignal,
): Promise<Work> {
  const app = await composed(config, { db, clock })
  try {
    partsChanged(app)
    const logged = logEvents(log.lines)
    const told = (event: BackupEvent) => {
      logged(event)
      tell(event)
    }
    const work = await prepareWork(app, told, signal, again)
    for (const fault of work.unknown.values()) told({ type: 'fault', fault })
    return {
      work: (control) => work.work(control),
      checkNow: () => work.checkNow(),
      clockSetBack: () => work.clockSetBack(),
      async [Symbol.asyncDispose]() {
        partsChanged(null)
        await work[Symbol.asyncDispose]()
        await app[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    partsChanged(null)
    await app[Symbol.asyncDispose]()
    throw error
  }
}

/** Opening says in plain Errors what is wrong with a key file, with the remedy. */
async function composed(config: ReadyConfig, { db, clock }: Pick<KeepWorkingParts, 'db' | 'clock'>): Promise<App> {
  try {
    return await composeOn(db, config, clock)
  } catch (error) {
    throw error instanceof Error && error.constructor === Error ? new Refusal(error.message) : error
  }
}

/** What can be waited out; null for a bug, and for what makes the configuration of the start unusable. */
function faultTextOf(error: unknown, first: boolean): FaultText | null {
  if (error instanceof Fault) return { message: error.message, fault: error }
  const full = diskFull(error)
  const machine = full?.message ?? machineFault(error)
  if (machine !== null) return { message: machine, fault: full }
  // What was set while we run can be set right while we run.
  if (first || !(error instanceof Refusal || error instanceof DestinationMoved)) return null
  const fault = new Fault('local/settings-unusable', 'settings', { detail: error.message, cause: error })
  return { message: fault.message, fault }
}
