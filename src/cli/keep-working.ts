import { type Operator, runDaemon } from '../backup/daemon.ts'
import { Fault } from '../backup/faults.ts'
import type { BackupEvent, Clock } from '../backup/parts.ts'
import { delay } from '../backup/retry.ts'
import type { CatalogDatabase } from '../catalog/open.ts'
import { operator } from '../catalog/operator.ts'
import { saveStartTrouble } from '../catalog/settings.ts'
import { type App, composeOn, DestinationMoved, prepareWork } from '../compose.ts'
import type { ReadyConfig } from '../config/config.ts'
import type { Problem } from '../config/problems.ts'
import type { Configuration } from '../configuration.ts'
import { logEvents } from '../log/events.ts'
import type { Log } from '../log/log.ts'
import { diskFull, machineTrouble } from '../machine-trouble.ts'
import { workBegins } from '../set-up.ts'
import { ChangeWatch } from './change-watch.ts'
import { duration } from './format.ts'
import { Refusal } from './refusal.ts'

/** How often the operator's wish is read. */
const WISH_EVERY_MS = 500
/** Trouble after so long a time of work is new trouble, and is tried again soon at first. */
const FORGIVEN_AFTER_MS = 10 * 60_000

export interface Work {
  db: CatalogDatabase
  clock: Clock
  configuration: Configuration
  log: Log
  /** Follows what is read of the operator's wishes, and reported to them. */
  observed: (operator: Operator) => Operator
  /** Told of all that happens, besides the log. */
  tell: (event: BackupEvent) => void
  /** The parts that are being worked with, for what they cost and how fast they may go; null: none are. */
  partsChanged: (parts: Pick<App, 'source' | 'destinations'> | null) => void
}

/**
 * Runs the daemon until `shutdown`, with the configuration as it stands: when that changes, the files in flight are finished
 * within the bound of a shutdown, and the work goes on with the new one. As long as there is not enough to back up with, it
 * waits for that.
 *
 * Before its first cycle the daemon must learn whose drive it is; what stands in the way of that, and a full or locked
 * disk later on, is logged and tried again at growing intervals. The operator's pause and stop hold meanwhile. Throws
 * bugs, and what makes the configuration of the start unusable.
 */
export async function keepWorking(work: Work, shutdown: AbortSignal): Promise<void> {
  const { db, clock, configuration, log, observed } = work
  let standing = await configuration.current()
  for (let first = true; !shutdown.aborted; first = false) {
    const { loaded } = standing
    log.follow(loaded.config)
    const watch = new ChangeWatch(configuration, standing, log)
    const until = AbortSignal.any([shutdown, watch.changed])
    const wishes = watch.watching(observed(operator(db, clock.now)), shutdown)
    if (loaded.state === 'ready') await workWith(loaded.config, { ...work, wishes, first }, until)
    else await waitForSetUp(loaded.missing, { ...work, wishes }, until)
    work.partsChanged(null)
    standing = watch.next ?? standing
  }
}

interface UnderWishes extends Work {
  wishes: Operator
}

/** Nothing can be backed up, whatever the operator wishes. */
async function waitForSetUp(missing: readonly Problem[], { db, clock, log, wishes }: UnderWishes, until: AbortSignal) {
  const what = missing.map(({ path, message }) => (path === '' ? `config.yaml ${message}` : `${path} ${message}`))
  log.lines.warn(`not set up yet, so nothing is backed up: ${what.join('; ')}. Set it up in the dashboard`)
  await saveStartTrouble(db, null)
  await operator(db, clock.now).report('stopped')
  await idle(wishes, clock, until)
}

async function workWith(
  config: ReadyConfig,
  work: UnderWishes & { first: boolean },
  until: AbortSignal,
): Promise<void> {
  const { db, clock, wishes } = work
  const { attempts, delayMs } = config.sync.retry
  let failures = 0
  let nextTry = clock.now()
  while (!until.aborted) {
    const began = clock.now()
    try {
      await whenWanted(wishes, clock, nextTry, until)
      if (until.aborted || (await attempt(config, work, until))) return
    } catch (error) {
      const trouble = troubleOf(error, work.first)
      if (trouble === null) throw error
      failures = clock.now() - began > FORGIVEN_AFTER_MS ? 1 : failures + 1
      const wait = Math.min(
        delay(failures, { attempts, delayMs: Math.max(delayMs, 1000) }, 0.5),
        Math.max(config.sync.intervalMs, 1000),
      )
      nextTry = clock.now() + wait
      work.log.lines.error({ fault: trouble.fault?.code }, `${trouble.message} Next try in ${duration(wait)}.`)
      if (trouble.fault !== null) await saveStartTrouble(db, trouble.fault).catch(() => {}) // the log has it
      // Without a working disk the operator's wish cannot be followed meanwhile either.
      if (trouble.disk) await clock.sleep(wait, until)
    }
  }
}

/** Backs up until told otherwise; false: the operator wanted something else before it had begun. */
async function attempt(config: ReadyConfig, work: UnderWishes, until: AbortSignal): Promise<boolean> {
  const { db, clock, wishes } = work
  await using app = composed(config, work)
  work.partsChanged(app)
  const logged = logEvents(work.log.lines)
  const tell = (event: BackupEvent) => {
    logged(event)
    work.tell(event)
  }
  const parts = await whileWanted(wishes, clock, until, (signal) => prepareWork(app, tell, signal))
  if (parts === null) return false
  await saveStartTrouble(db, null)
  await workBegins(db)
  await runDaemon({ ...parts, operator: wishes }, until)
  return true
}

/** Opening says in plain Errors what is wrong with a key file, with the remedy. */
function composed(config: ReadyConfig, { db, clock }: Work): App {
  try {
    return composeOn(db, config, clock)
  } catch (error) {
    throw error instanceof Error && error.constructor === Error ? new Refusal(error.message) : error
  }
}

/** What can be waited out; null for a bug, and for what makes the configuration of the start unusable. */
function troubleOf(error: unknown, first: boolean): { message: string; fault: Fault | null; disk: boolean } | null {
  if (error instanceof Fault) return { message: error.message, fault: error, disk: false }
  const full = diskFull(error)
  const machine = full?.message ?? machineTrouble(error)
  if (machine !== null) return { message: machine, fault: full, disk: true }
  // What was set while we run can be set right while we run.
  if (first || !(error instanceof Refusal || error instanceof DestinationMoved)) return null
  const fault = new Fault('local/settings-unusable', 'settings', { detail: error.message, cause: error })
  return { message: fault.message, fault, disk: false }
}

async function idle(wishes: Operator, clock: Clock, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await wishes.wish()
    await clock.sleep(WISH_EVERY_MS, until)
  }
}

/** Waits until it is time (or somebody asks to look now) and the operator wants it to run; or for the end. */
async function whenWanted(wishes: Operator, clock: Clock, at: number, until: AbortSignal): Promise<void> {
  const before = (await wishes.wish()).wakeups
  while (!until.aborted) {
    const { desired, wakeups } = await wishes.wish()
    await wishes.report(desired)
    if (desired === 'running' && (clock.now() >= at || wakeups !== before)) return
    await clock.sleep(WISH_EVERY_MS, until)
  }
}

/** Does `work` as long as the operator wants it; null when it was broken off. */
async function whileWanted<Result>(
  wishes: Operator,
  clock: Clock,
  until: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const [unwanted, done] = [new AbortController(), new AbortController()]
  const watching = (async () => {
    while (!done.signal.aborted) {
      if ((await wishes.wish()).desired !== 'running') unwanted.abort()
      await clock.sleep(WISH_EVERY_MS, done.signal)
    }
  })()
  const signal = AbortSignal.any([unwanted.signal, until])
  try {
    return await work(signal)
  } catch (error) {
    if (signal.aborted && error === signal.reason) return null
    throw error
  } finally {
    done.abort()
    await watching
  }
}
