import { type Logger, pino } from 'pino'
import type { Config } from '../config/config.ts'
import { LogFile } from './file.ts'
import { redactor, secretsOf } from './redact.ts'
import { readable } from './terminal.ts'

export interface Log extends AsyncDisposable {
  readonly lines: Logger
  /** Goes on with this configuration's level, and with its secrets kept out besides those of earlier ones. */
  follow(config: Config): void
}

/** Secrets remembered at the most: more than anybody sets while a daemon runs. */
const MOST_SECRETS = 500

/**
 * The log of a daemon or a run: JSON lines in `daemon.log_file`, and on stderr one-liners for people where it is a
 * terminal, else the same JSON. `onTerminal` false keeps the terminal for something else, except for faults of the
 * log itself. No line holds a secret of the configuration.
 */
export function openLog(config: Config, { onTerminal }: { onTerminal: boolean }): Log {
  let secrets = secretsOf(config)
  let redact = redactor(secrets)
  const { logLevel, logFile } = config.daemon
  const forPeople = process.stderr.isTTY === true
  const toTerminal = (line: string) => void process.stderr.write(forPeople ? readable(line) : line)
  const complain = (msg: string) => toTerminal(`${JSON.stringify({ level: 'error', time: new Date(), msg })}\n`)
  const file = logFile === null ? null : new LogFile(logFile, complain)
  const write = (line: string) => {
    const clean = redact(line)
    if (onTerminal) toTerminal(clean)
    file?.write(clean)
  }
  const lines = createLogger(logLevel, write)
  return {
    lines,
    follow(next) {
      lines.level = next.daemon.logLevel
      secrets = [...new Set([...secretsOf(next), ...secrets])].slice(0, MOST_SECRETS)
      redact = redactor(secrets)
    },
    [Symbol.asyncDispose]: async () => file?.close(),
  }
}

function createLogger(level: Config['daemon']['logLevel'], write: (line: string) => void): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
}
