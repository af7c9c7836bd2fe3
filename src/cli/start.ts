import type { Logger } from 'pino'
import type { Operator } from '../backup/daemon.ts'
import { enterDaemon, leaveDaemon } from '../catalog/operator.ts'
import { openLog } from '../log/log.ts'
import { type Context, openApp, readConfig } from './context.ts'
import { keepWorking } from './keep-working.ts'
import { EXIT } from './refusal.ts'
import { untilSignal } from './signals.ts'
import { systemd } from './systemd.ts'
import { takeOrRefuse } from './take-catalog.ts'
import { packageVersion } from './version.ts'

/** Runs the daemon until a signal ends it. Trouble of Google, storage or this machine is waited out, and logged with its hint. */
export async function start(context: Context): Promise<number> {
  const config = await readConfig(context)
  await using app = await openApp(config)
  using _held = await takeOrRefuse(app)
  await using log = openLog(config, { onTerminal: true })
  const { lines } = log
  using service = systemd(process.env, lines)
  using control = untilSignal(() => {
    service.stopping()
    lines.info('asked to end: finishing the files in flight (at most 20 s; a second signal ends at once)')
  })

  const { db, clock } = app
  await enterDaemon(db, { autoStart: config.sync.autoStart, pid: process.pid, now: clock.now() })
  lines.info({ pid: process.pid, version: packageVersion(), config: config.file }, 'started')
  try {
    service.ready()
    await keepWorking(app, lines, observer(service.beat, lines, control.drain), control.drain)
    lines.info('ended')
    return EXIT.ok
  } catch (error) {
    lines.fatal({ err: error }, 'ended by a defect of Drivekeep; please report it')
    throw error
  } finally {
    // The error that brought us here says more than one of the catalog on the way out.
    await leaveDaemon(db, clock.now()).catch(() => {})
  }
}

/**
 * Follows what the daemon reads and reports: each reading of the wish is felt by systemd's watchdog, each change of state
 * is logged. What is reported while we end is our doing and not the operator's.
 */
function observer(beat: () => void, log: Logger, shutdown: AbortSignal): (operator: Operator) => Operator {
  let reported: string | null = null
  return (operator) => ({
    async wish() {
      beat()
      return operator.wish()
    },
    async report(state) {
      await operator.report(state)
      if (state === reported || shutdown.aborted) return
      reported = state
      log.info(state === 'running' ? state : `${state}, as was chosen; \`drivekeep resume\` lets it go on`)
    },
  })
}
