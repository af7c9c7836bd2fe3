import type { Logger } from 'pino'
import { type DaemonParts, type Operator, runDaemon } from '../backup/daemon.ts'
import { Fault } from '../backup/faults.ts'
import { delay } from '../backup/retry.ts'
import { operator } from '../catalog/operator.ts'
import { saveStartTrouble } from '../catalog/settings.ts'
import { type App, prepareWork } from '../compose.ts'
import { logEvents } from '../log/events.ts'
import { duration } from './format.ts'
import { diskFull, machineTrouble } from './machine-trouble.ts'

/** How often the operator's wish is read. */
const WISH_EVERY_MS = 500
/** Trouble after so long a time of work is new trouble, and is tried again soon at first. */
const FORGIVEN_AFTER_MS = 10 * 60_000

/**
 * Runs the daemon until `shutdown`. Before its first cycle the daemon must learn whose drive it is; what stands in the way
 * of that, and a full or locked disk later on, is logged and tried again at growing intervals. The operator's pause and
 * stop hold meanwhile. Throws bugs, and what only a corrected configuration can mend.
 */
export async function keepWorking(
  app: App,
  log: Logger,
  observed: (operator: Operator) => Operator,
  shutdown: AbortSignal,
): Promise<void> {
  const { db, clock, config } = app
  const events = logEvents(log)
  let failures = 0
  let nextTry = clock.now()
  while (!shutdown.aborted) {
    const began = clock.now()
    try {
      const wishes = observed(operator(db, clock.now))
      await whenWanted(wishes, app, nextTry, shutdown)
      if (shutdown.aborted) break
      const work = await whileWanted(wishes, app, shutdown, (signal) => prepareWork(app, events, signal))
      if (work === null) continue
      await saveStartTrouble(db, null)
      await runDaemon({ ...work, operator: observed(work.operator) } satisfies DaemonParts, shutdown)
      return
    } catch (error) {
      const fault = error instanceof Fault ? error : diskFull(error)
      const trouble = fault?.message ?? machineTrouble(error)
      if (trouble === null) throw error
      failures = clock.now() - began > FORGIVEN_AFTER_MS ? 1 : failures + 1
      const { attempts, delayMs } = config.sync.retry
      const wait = Math.min(
        delay(failures, { attempts, delayMs: Math.max(delayMs, 1000) }, 0.5),
        Math.max(config.sync.intervalMs, 1000),
      )
      nextTry = clock.now() + wait
      log.error({ fault: fault?.code }, `${trouble} Next try in ${duration(wait)}.`)
      if (fault !== null) await saveStartTrouble(db, fault).catch(() => {}) // the log has it
      // Without a working disk the operator's wish cannot be followed meanwhile either.
      if (!(error instanceof Fault)) await clock.sleep(wait, shutdown)
    }
  }
}

/** Waits until it is time (or somebody asks to look now) and the operator wants it to run; or for the shutdown. */
async function whenWanted(wishes: Operator, { clock }: App, at: number, shutdown: AbortSignal): Promise<void> {
  const before = (await wishes.wish()).wakeups
  while (!shutdown.aborted) {
    const { desired, wakeups } = await wishes.wish()
    await wishes.report(desired)
    if (desired === 'running' && (clock.now() >= at || wakeups !== before)) return
    await clock.sleep(WISH_EVERY_MS, shutdown)
  }
}

/** Does `work` as long as the operator wants it; null when it was broken off. */
async function whileWanted<Result>(
  wishes: Operator,
  { clock }: App,
  shutdown: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const [unwanted, done] = [new AbortController(), new AbortController()]
  const watching = (async () => {
    while (!done.signal.aborted) {
      if ((await wishes.wish()).desired !== 'running') unwanted.abort()
      await clock.sleep(WISH_EVERY_MS, done.signal)
    }
  })()
  const signal = AbortSignal.any([unwanted.signal, shutdown])
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
