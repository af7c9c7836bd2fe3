import { spawn } from 'node:child_process'
import type { Logger } from 'pino'

/** What systemd (Type=notify) is told, through the program systemd-notify: Node cannot speak Unix datagrams. */
export interface Systemd extends Disposable {
  ready(): void
  stopping(): void
  /** The daemon's loop turns: only then is the watchdog fed, so a loop that hangs is restarted. */
  beat(): void
}

/** Does nothing unless systemd started us. */
export function systemd(env: NodeJS.ProcessEnv, log: Logger): Systemd {
  const notify = env.NOTIFY_SOCKET === undefined ? () => {} : notifier(log)
  const periodMs = Number(env.WATCHDOG_USEC ?? 0) / 1000
  let lastBeat = Date.now()
  const feed = () => {
    if (Date.now() - lastBeat < periodMs) notify('WATCHDOG=1')
  }
  const timer = periodMs > 0 ? setInterval(feed, periodMs / 2) : undefined
  return {
    ready: () => notify('READY=1'),
    stopping: () => notify('STOPPING=1'),
    beat: () => {
      lastBeat = Date.now()
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

function notifier(log: Logger): (message: string) => void {
  let complained = false
  return (message) => {
    // --pid: the service's main process is this one, not the short-lived program.
    const child = spawn('systemd-notify', [`--pid=${process.pid}`, message], { stdio: 'ignore' })
    child.once('error', (error) => {
      if (!complained) log.warn(`systemd cannot be told (${error.message}): install systemd-notify, or use Type=exec`)
      complained = true
    })
  }
}
