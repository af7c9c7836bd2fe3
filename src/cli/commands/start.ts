import module from 'node:module'
import type { Logger } from 'pino'
import { type App, realClock } from '../../app/compose.ts'
import { Configuration } from '../../app/configuration.ts'
import { machineFault } from '../../app/machine-fault.ts'
import { mayStartByItself } from '../../app/set-up.ts'
import type { DaemonEvent } from '../../backup/daemon/daemon.ts'
import type { Clock } from '../../backup/model/parts.ts'
import { enterDaemon, leaveDaemon } from '../../catalog/operator.ts'
import { configOf } from '../../config/file/load.ts'
import { openLog } from '../../log/log.ts'
import { Pulse } from '../../server/live/pulse.ts'
import { rateLimited } from '../../server/live/rate-limited.ts'
import { startServerThread } from '../../server/server-thread.ts'
import { type Context, openDatabase, readFile, readLayers } from '../context.ts'
import { keepWorking } from '../process/keep-working.ts'
import { untilSignal } from '../process/signals.ts'
import { type Systemd, systemd } from '../process/systemd.ts'
import { takeOrRefuse } from '../process/take-catalog.ts'
import { messageOf } from '../terminal/failure.ts'
import { duration } from '../terminal/format.ts'
import { note } from '../terminal/print.ts'
import { EXIT } from '../terminal/refusal.ts'
import { packageVersion } from '../version.ts'

/**
 * Runs the daemon until a signal ends it. Faults of Google, storage or this machine are waited out, and logged with its
 * hint; what is not set up yet is waited for.
 */
export async function start(context: Context): Promise<number> {
  const { file, overrides } = await readLayers(context)
  const { config } = configOf(file, overrides)
  await using db = await openDatabase(config.catalogFile)
  using _held = await takeOrRefuse(db, config)
  await using log = openLog(config, { onTerminal: true })
  const { lines } = log
  using service = systemd(process.env, lines)
  using control = untilSignal(() => {
    service.stopping()
    lines.info('asked to end: finishing the files in flight (at most 20 s; a second signal ends at once)')
  }, 'reloads')

  const clock = realClock
  const configuration = new Configuration(db, file, clock.now)
  const { loaded } = await configuration.current()
  await using server = await startServerThread({
    entry: new URL(import.meta.url.endsWith('.ts') ? '../../main.ts' : '../main.js', import.meta.url),
    data: { file, version: packageVersion(), compileCache: module.getCompileCacheDir() },
    log: lines,
    clock,
    // Whatever the log's level: it is the way in.
    announce: (message) => (lines.isLevelEnabled('info') ? lines.info(message) : note(message)),
  })
  let parts: Pick<App, 'drives' | 'destinations'> | null = null
  await using pulse = new Pulse({
    db,
    now: clock.now,
    costs: () => (parts === null ? null : costsOf(parts)),
    post: (progress) => server.progress(progress),
    failed: rateLimited(clock.now, (error) =>
      lines.error({ err: error }, 'figures for the charts could not be written; they are written later'),
    ),
  }).start()
  const autoStart = mayStartByItself(loaded)
  const enter = () => enterDaemon(db, { autoStart, pid: process.pid, now: clock.now() })
  service.ready()
  await untilWritten(enter, { clock, log: lines, beat: service.beat, shutdown: control.drain })
  lines.info({ pid: process.pid, version: packageVersion(), config: config.file }, 'started')
  try {
    await keepWorking(
      {
        ...{ db, clock, configuration, log, tell: pulse.tell },
        daemonTells: subscriber(service, lines, control.drain),
        partsChanged(now) {
          parts = now
        },
        onReload: (read) => control.onReload(read),
        readFile: () => readFile(context),
        reloaded: (file) => server.reloaded(file),
      },
      control.drain,
    )
    lines.info('ended')
    return EXIT.ok
  } catch (error) {
    const message = messageOf(error)
    if (message === null) lines.fatal({ err: error }, 'ended by a defect of Drivekeep; please report it')
    else lines.fatal(message)
    throw error
  } finally {
    // The error that brought us here says more than one of the catalog on the way out.
    await leaveDaemon(db, clock.now()).catch(() => {})
  }
}

/** systemd's watchdog is more patient than that. */
const LONGEST_PAUSE_MS = 10_000

/** A disk that takes nothing does not keep the daemon from coming up: it waits, as it does when that happens later. */
async function untilWritten(
  write: () => Promise<void>,
  { clock, log, beat, shutdown }: { clock: Clock; log: Logger; beat: () => void; shutdown: AbortSignal },
): Promise<void> {
  for (let wait = 1000; !shutdown.aborted; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
    try {
      return await write()
    } catch (error) {
      const words = machineFault(error)
      if (words === null) throw error
      log.error(`${words} Next try in ${duration(wait)}.`)
      beat()
      await clock.sleep(wait, shutdown)
    }
  }
}

/** What has been spent since these parts were made. */
function costsOf({ drives, destinations }: Pick<App, 'drives' | 'destinations'>) {
  const all = [...drives.values()]
  const sum = (of: (drive: (typeof all)[number]) => number) => all.reduce((total, drive) => total + of(drive), 0)
  return {
    apiCalls: sum(({ calls }) => calls),
    storageCalls: destinations.reduce((total, { calls }) => total + calls, 0),
    unitsUsed: sum(({ pace }) => pace.unitsUsed),
    unitsPerMinute: sum(({ pace }) => pace.unitsPerMinute),
  }
}

/** Follows the daemon: each turn feeds systemd's watchdog, each change of state is logged. A state while we end is our doing. */
function subscriber(service: Systemd, log: Logger, shutdown: AbortSignal): (event: DaemonEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'turn':
        return service.beat()
      case 'state':
        if (shutdown.aborted) return
        return log.info(
          event.state === 'running' ? 'running' : `${event.state}, as was chosen; \`drivekeep resume\` lets it go on`,
        )
      case 'fault':
        return log.error(
          { fault: event.failure.fault?.code },
          `${event.failure.message} Next try in ${duration(event.waitMs)}.`,
        )
    }
  }
}
