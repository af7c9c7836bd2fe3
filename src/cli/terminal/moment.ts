import { type TimeText, timeText } from '../../catalog/times.ts'
import { Refusal } from './refusal.ts'

const WRITTEN = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/

/**
 * A moment as people write it: `2026-11-30`, `2026-11-30 14:00`, in the local time zone, or ISO 8601 with an offset. A day
 * alone is its beginning. Throws a Refusal for anything else, and for the future.
 */
export function momentOf(text: string, now: number): TimeText {
  const [, day, time = '00:00', zone = ''] = WRITTEN.exec(text.trim()) ?? []
  const moment = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`)
  if (Number.isNaN(moment))
    throw new Refusal(`--at ${JSON.stringify(text)} is no moment. Write it like 2026-11-30 or "2026-11-30 14:00".`)
  if (moment > now) throw new Refusal(`--at ${text} is in the future. Leave it away to see the drive as it is now.`)
  return timeText(moment)
}
