import type { Health } from '../../backup/model/health.ts'
import { visible } from '../../log/visible.ts'
import { bytes, count, duration } from './format.ts'

/** What `status --json` prints. Times are ISO 8601, sizes bytes; null where there is nothing to tell. */
export interface Status {
  daemon: {
    state: 'running' | 'paused' | 'stopped'
    /** What the operator chose last; null when nobody has chosen anything yet. */
    desired: 'running' | 'paused' | 'stopped' | null
    pid: number | null
    uptime_seconds: number | null
    /** It ended without a word: killed, or the machine went down. */
    crashed: boolean
    /** What keeps it from its first cycle. */
    outage: OutageText | null
  }
  /** One word for the whole: see `GET /api/status`. */
  health: Health
  /** Whether a person must act. */
  needs_operator: boolean
  /** The share of items that are protected, of those that should be: 0 to 1, and 1 only when none is missing. */
  coverage: number | null
  oldest_unprotected: string | null
  scanning: boolean
  items: { total: number; synced: number; pending: number; failed: number; skipped: number; removed: number }
  skipped: Record<string, number>
  failed: Record<string, number>
  bytes: number
  sources: {
    name: string
    kind: string
    /** False: it is not in the configuration any more; its files and copies stay. */
    watched: boolean
    last_success: string | null
    outage: OutageText | null
    /** Much of it changed within an hour: no copy is moved until `drivekeep confirm`. */
    mass_change: { kind: string; items: number; at: string } | null
  }[]
  destinations: {
    name: string
    address: string | null
    copies: number
    bytes: number
    /** Deliveries that are still to be made there. */
    lacking: number
    outage: OutageText | null
  }[]
}

/** What keeps something from working: times are ISO 8601. */
export interface OutageText {
  fault: string
  message: string
  hint: string | null
  since: string
  next_try: string | null
}

const STATES = { running: '🟢 Running', paused: '🟡 Paused', stopped: '⚪ Stopped' } as const

/** The status for people. */
export function statusText(status: Status, now: number): string {
  const { items, coverage, scanning, oldest_unprotected: oldest } = status
  const ago = (time: string) => `${duration(now - Date.parse(time))} ago`
  const covered =
    coverage === null
      ? 'not scanned yet'
      : `${percent(coverage)} of ${count(items.total - items.skipped, 'item')} protected`
  const lines = [
    daemonLine(status.daemon),
    '',
    `Coverage:      ${covered}${scanning ? '; the scan of the drive is not complete yet' : ''}`,
    `Unprotected:   ${oldest === null ? 'nothing waits' : `the oldest change has been waiting for ${duration(now - Date.parse(oldest))}`}`,
    `Items:         ${number(items.synced)} synced, ${number(items.pending)} pending, ${number(items.failed)} failed, ${number(items.skipped)} skipped` +
      (items.removed > 0 ? `; ${number(items.removed)} of them deleted in Drive, copies kept` : ''),
    `Stored:        ${bytes(status.bytes)}`,
  ]
  if (status.daemon.outage !== null) lines.push(`Outage:        ${visible(status.daemon.outage.message)}`)
  const since = ({ message, since }: { message: string; since: string }) => `${visible(message)} (since ${ago(since)})`
  for (const { name, watched, last_success: success, outage, mass_change: mass } of status.sources) {
    const last = watched
      ? `last success ${success === null ? 'never' : ago(success)}`
      : 'not watched any more; its copies stay'
    lines.push(`Source:        ${visible(name)}, ${last}`)
    if (outage !== null) lines.push(`  outage:      ${since(outage)}`)
    if (mass !== null)
      lines.push(
        `  alarm:       ${count(mass.items, 'item')} ${mass.kind} in Drive within an hour (${ago(mass.at)}). Their copies are kept, and none is moved until \`drivekeep confirm\`.`,
      )
  }
  for (const { name, address, copies, bytes: size, lacking, outage } of status.destinations) {
    const missing = lacking === 0 ? '' : `, lacks ${count(lacking, 'file')}`
    lines.push(
      `Destination:   ${name}${address === null ? '' : ` (${address})`}: ${count(copies, 'copy', 'copies')}, ${bytes(size)}${missing}`,
    )
    if (outage !== null) lines.push(`  outage:      ${since(outage)}`)
  }
  if (items.failed > 0) lines.push('', '`drivekeep failures` says what failed and what to do.')
  return lines.join('\n')
}

function daemonLine({ state, desired, pid, uptime_seconds: uptime, crashed }: Status['daemon']): string {
  if (pid !== null) {
    const up = uptime === null ? '' : `, up ${duration(uptime * 1000)}`
    return `${STATES[state]} (pid ${pid}${up})${state === 'running' ? '' : '; `drivekeep resume` lets it go on'}`
  }
  const wish =
    desired === 'paused' || desired === 'stopped' ? `; ${desired} by the operator, also when it is started` : ''
  return crashed
    ? `${STATES.stopped}: the daemon ended without a word (killed, or the machine went down). \`drivekeep start\` continues where it was${wish}`
    : `${STATES.stopped}: no daemon runs${wish}`
}

/** Rounded down, so that 100 % means all. */
function percent(share: number): string {
  return `${Math.floor(share * 10_000) / 100} %`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
