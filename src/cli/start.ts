import type { Operator } from '../backup/daemon.ts'
import { enterDaemon, leaveDaemon } from '../catalog/operator.ts'
import { AlreadyRunning, type App, takeCatalog } from '../compose.ts'
import { openLog } from '../log/log.ts'
import { type Context, openApp, readConfig } from './context.ts'
import { liveDaemon } from './daemon-process.ts'
import { keepWorking } from './keep-working.ts'
import { EXIT, Refusal } from './refusal.ts'
import { untilSignal } from './signals.ts'
import { systemd } from './systemd.ts'
import { packageVersion } from './version.ts'

/** Runs the daemon until a signal ends it. Trouble of Google, storage or this machine is waited out, and logged with its hint. */
export async function start(context: Context): Promise<number> {
  const config = await readConfig(context)
  await using app = await openApp(config)
  using _held = await take(app)
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
  const observed = (operator: Operator): Operator => observedBy(operator, service.beat, lines.info.bind(lines))
  try {
    service.ready()
    await keepWorking(app, lines, observed, control.drain)
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

/** Takes the catalog, or says who has it and what the operator wants of them. */
async function take({ config, db }: App): Promise<Disposable> {
  try {
    return takeCatalog(config)
  } catch (error) {
    if (!(error instanceof AlreadyRunning)) throw error
    const daemon = await liveDaemon(db, config.catalogFile)
    if (daemon === null) throw error
    const running = `a daemon (pid ${daemon.pid}) runs on ${config.catalogFile} already.`
    throw new Refusal(
      daemon.desired === 'running'
        ? `${running} \`drivekeep status\` shows what it does.`
        : `${running} It was ${daemon.desired} by the operator; \`drivekeep resume\` lets it go on.`,
    )
  }
}

/** The operator's wish, with each reading felt by systemd's watchdog and each change of state in the log. */
function observedBy(operator: Operator, beat: () => void, info: (message: string) => void): Operator {
  let reported: string | null = null
  return {
    async wish() {
      beat()
      return operator.wish()
    },
    async report(state) {
      await operator.report(state)
      if (state === reported) return
      reported = state
      if (state === 'running') info('running')
      else info(`${state}; \`drivekeep resume\` lets it go on`)
    },
  }
}
