import type { App } from '../../app/compose.ts'
import { prepareWork } from '../../app/prepare-work.ts'
import { syncUntilSettled, type Wait } from '../../backup/daemon/once.ts'
import { Fault } from '../../backup/model/faults.ts'
import type { BackupEvent, Control } from '../../backup/model/parts.ts'
import { standing } from '../../catalog/read/standing.ts'
import { logEvents } from '../../log/events.ts'
import { openLog } from '../../log/log.ts'
import { type Context, openApp, readConfig } from '../context.ts'
import { tellDraining, untilSignal } from '../process/signals.ts'
import { takeOrRefuse } from '../process/take-catalog.ts'
import { count, duration } from '../terminal/format.ts'
import { note, print } from '../terminal/print.ts'
import { ProgressDisplay } from '../terminal/progress.ts'
import { EXIT } from '../terminal/refusal.ts'
import { type Summary, summaryOf, summaryText } from '../terminal/summary.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Backs up until nothing is pending. See EXIT for what it returns. */
export async function sync(context: Context, { json = false }: { json?: boolean }): Promise<number> {
  const startedAt = Date.now()
  const config = await readConfig(context)
  await using app = await openApp(config)
  using _held = await takeOrRefuse(app.db, config)
  await using log = openLog(config, { onTerminal: false })
  const display = json ? null : new ProgressDisplay(app.db)
  using control = untilSignal(tellDraining)
  const costs = { bytes: 0, moved: 0 }
  const say = (line: string) => (display === null ? note(line) : display.say(line))
  const logged = logEvents(log.lines)
  const tell = (event: BackupEvent) => {
    logged(event)
    display?.tell(event)
    if (event.type === 'reconciled')
      say(`drivekeep: ${event.source} was scanned again and compared: ${count(event.differences, 'difference')}.`)
    if (event.type !== 'cycle-ended') return
    costs.bytes += event.result.bytes
    costs.moved += event.result.moved
  }

  display?.start()
  const waits = (wait: Wait) => sayWait(wait, say)
  const fault = await run(app, tell, waits, control).finally(() => display?.stop())
  const storageCalls = app.destinations.reduce((sum, destination) => sum + destination.calls, 0)
  const apiCalls = [...app.drives.values()].reduce((sum, drive) => sum + drive.calls, 0)
  const spent = { ...costs, apiCalls, storageCalls, ms: Date.now() - startedAt }
  const summary = summaryOf((await standing(app.db, Date.now())).files, spent, fault)
  if (fault !== null) note(`drivekeep: ${fault.message}`)
  await print(json ? JSON.stringify(summary) : summaryText(summary))
  return exitCode(summary, control.drain.aborted)
}

/** Returns the fault that it gave up on. */
async function run(
  app: App,
  tell: (event: BackupEvent) => void,
  waits: (wait: Wait) => void,
  control: Control,
  tries = 2,
): Promise<Fault | null> {
  try {
    await using work = await prepareWork(app, tell, control.drain)
    for (const unknown of work.unknown.values()) tell({ type: 'fault', fault: unknown })
    const fault = await syncUntilSettled(work, control, waits)
    // It is prepared as a source of its own.
    if (fault?.code === 'google/other-account' && tries > 1) return run(app, tell, waits, control, tries - 1)
    for (const job of work.jobs) if (job.everyMs <= DAY_MS && !control.drain.aborted) await job.run(control.drain)
    const [unknown = null] = work.unknown.values()
    // What a comparison with storage has found to be lost is stored again.
    const lost = fault === null && !control.drain.aborted && (await work.parts.catalog.nextDue('soon')) !== null
    const again = lost ? await syncUntilSettled(work, control, waits) : null
    return fault ?? again ?? unknown
  } catch (error) {
    if (error instanceof Fault) return error
    if (control.drain.aborted && error === control.drain.reason) return null // while asking whose drive it is
    throw error
  }
}

/** A wait of a moment is not worth a line. */
function sayWait(wait: Wait, say: (line: string) => void): void {
  if (wait.ms < 1000) return
  const next = `in ${duration(wait.ms)}`
  if (wait.fault === null) say(`drivekeep: what failed is tried again ${next}.`)
  else say(`drivekeep: ${wait.fault.message} Next try ${next} (${wait.retry} of ${wait.of}).`)
}

function exitCode({ error, failed, pending }: Summary, interrupted: boolean): number {
  if (interrupted) return EXIT.interrupted
  if (error !== undefined) return EXIT.failed
  return pending > 0 || Object.keys(failed).length > 0 ? EXIT.incomplete : EXIT.ok
}
