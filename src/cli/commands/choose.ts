import { setTimeout as sleep } from 'node:timers/promises'
import type { DaemonState } from '../../backup/daemon/operator.ts'
import { choose as writeChoice } from '../../catalog/operator.ts'
import { type Context, openDatabase, readConfig } from '../context.ts'
import { liveDaemon } from '../process/daemon-process.ts'
import { note, print } from '../terminal/print.ts'
import { EXIT } from '../terminal/refusal.ts'

/** How long a running daemon may take to say that it has heard; it looks twice a second. */
const PATIENCE_MS = 10_000
const LOOK_EVERY_MS = 100

interface Words {
  desired: DaemonState
  /** What is said when the daemon has heard. */
  done: (pid: number) => string
  /** What a daemon that starts later will do. */
  later: string
}

/** Lets files in flight finish and starts no more. */
export function pause(context: Context): Promise<number> {
  return choose(context, {
    desired: 'paused',
    done: () => 'Paused: files in flight finish, and no more are started. `drivekeep resume` goes on.',
    later: 'it will wait, paused, until `drivekeep resume`',
  })
}

/** Goes on after pause and after stop. */
export function resume(context: Context): Promise<number> {
  return choose(context, {
    desired: 'running',
    done: () => 'Running.',
    later: 'it will back up from the start',
  })
}

/** Drops the files in flight, resumably, and starts no more. The process stays up. */
export function stop(context: Context): Promise<number> {
  return choose(context, {
    desired: 'stopped',
    done: (pid) =>
      'Stopped: nothing is backed up until `drivekeep resume`.\n' +
      `The process (pid ${pid}) stays up; to end it: systemctl stop backup-daemon, or kill ${pid}.`,
    later: 'it will do nothing until `drivekeep resume`',
  })
}

/** Writes the operator's choice down, where the daemon reads it, and waits until it says that it follows. */
async function choose(context: Context, { desired, done, later }: Words): Promise<number> {
  const config = await readConfig(context)
  await using db = await openDatabase(config.catalogFile)
  await writeChoice(db, desired, Date.now())
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(LOOK_EVERY_MS)) {
    const daemon = await liveDaemon(db, config.catalogFile)
    if (daemon === null) {
      await print(`No daemon runs here now. The choice is kept: when one is started, ${later}.`)
      return EXIT.ok
    }
    if (daemon.state !== desired) continue
    await print(done(daemon.pid))
    return EXIT.ok
  }
  note(
    `drivekeep: the daemon has not answered within ${PATIENCE_MS / 1000} s. The choice is kept, and it follows when it can; see its log.`,
  )
  return EXIT.failed
}
