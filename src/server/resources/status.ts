import { RESOLUTIONS, type Resolution, readMetrics } from '../../catalog/read/metrics.ts'
import { isoTime } from '../../catalog/times.ts'
import * as routes from '../contract/status.ts'
import type { FigureParts } from '../figures/parts.ts'
import { answers, type Handler } from '../http/handler.ts'

/** What a chart shows: so many steps of this length. */
const RANGES: Record<'hour' | 'day' | 'month', { resolution: Resolution; steps: number }> = {
  hour: { resolution: 'minute', steps: 60 },
  day: { resolution: 'hour', steps: 24 },
  month: { resolution: 'day', steps: 31 },
}

/** How things stand, now and over time. */
export function statusHandlers({ db, now, status }: FigureParts): Handler[] {
  return [
    answers(routes.getStatus, () => status.get()),
    answers(routes.getHealth, async () => {
      const { state, uptime } = await status.get()
      return { status: 'ok' as const, state, uptime: uptime ?? 0 }
    }),
    answers(routes.getMetrics, async ({ query }) => {
      const { resolution, steps } = RANGES[query.range]
      const { times, ...series } = await readMetrics(db, resolution, steps, now())
      return { step: RESOLUTIONS[resolution].stepMs / 1000, times: times.map((time) => isoTime(time)), ...series }
    }),
  ]
}
