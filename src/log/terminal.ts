import { visible } from './visible.ts'

/** What the log adds to each line, and what is in the message already. */
const NOT_SHOWN = new Set(['time', 'level', 'msg', 'err'])

/** One JSON line of the log as people read it: `14:03:22 warn  message  name=value …`. */
export function readable(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>
  const time = new Date(String(line.time)).toTimeString().slice(0, 8)
  const details = Object.entries(line)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => `  ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const stack = (line.err as { stack?: string } | undefined)?.stack
  const text = visible(`${line.msg}${details.join('')}`)
  return `${time} ${String(line.level).padEnd(5)} ${text}\n${stack === undefined ? '' : `${stack}\n`}`
}
