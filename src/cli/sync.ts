import { Fault } from '../backup/faults.ts'
import type { BackupEvent, Control } from '../backup/parts.ts'
import { syncUntilSettled, type Wait } from '../backup/sync.ts'
import { standing } from '../catalog/report.ts'
import { type App, prepareWork } from '../compose.ts'
import { logEvents } from '../log/events.ts'
import { openLog } from '../log/log.ts'
import { type Context, openApp, readConfig } from './context.ts'
import { duration } from './format.ts'
import { note, print } from './print.ts'
import { ProgressDisplay } from './progress.ts'
import { EXIT } from './refusal.ts'
import { tellDraining, untilSignal } from './signals.ts'
import { type Summary, summaryOf, summaryText } from './summary.ts'
import { takeOrRefuse } from './take-catalog.ts'

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
  const logged = logEvents(log.lines)
  const tell = (event: BackupEvent) => {
    logged(event)
    display?.tell(event)
    if (event.type !== 'cycle-ended') return
    costs.bytes += event.result.bytes
    costs.moved += event.result.moved
  }

  display?.start()
  const waits = (wait: Wait) => sayWait(wait, (line) => (display === null ? note(line) : display.say(line)))
  const fault = await run(app, tell, waits, control).finally(() => display?.stop())
  const storageCalls = app.destinations.reduce((sum, destination) => sum + destination.calls, 0)
  const spent = { ...costs, apiCalls: app.source.calls, storageCalls, ms: Date.now() - startedAt }
  const summary = summaryOf(await standing(app.db), spent, fault)
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
): Promise<Fault | null> {
  try {
    const work = await prepareWork(app, tell, control.drain)
    const fault = await syncUntilSettled(work, control, waits)
    await work.tidy(control.drain)
    return fault
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
