import type { FigureParts, FiguresOptions } from './figures/parts.ts'
import { readStatus } from './figures/read-status.ts'
import type { Handler } from './http/handler.ts'
import { EventHub } from './live/event-hub.ts'
import { Fresh } from './live/fresh.ts'
import { LongWork } from './live/long-work.ts'
import { activityHandlers } from './resources/activity.ts'
import { controlHandlers } from './resources/control.ts'
import { cyclesHandlers } from './resources/cycles.ts'
import { destinationsHandlers } from './resources/destinations.ts'
import { eventsHandlers } from './resources/events.ts'
import { filesHandlers } from './resources/files.ts'
import { historyHandlers } from './resources/history.ts'
import { problemsHandlers } from './resources/problems.ts'
import { sourcesHandlers } from './resources/sources/sources.ts'
import { statusHandlers } from './resources/status.ts'

export interface Figures {
  handlers: Handler[]
  hub: EventHub
  /** Ends the streams and what goes on behind answers; before the server ends. */
  close(): void
}

/** A search answers after so long, with how far it came. */
const SLICE_MS = 80

export function createFigures({ beatEveryMs = 1000, statusKeptMs = 250, ...options }: FiguresOptions): Figures {
  const { db, now, failed } = options
  const steady = () => performance.now()
  const status = new Fresh(() => readStatus(options), steady, statusKeptMs)
  const hub = new EventHub({ db, now, status: () => status.get(), failed, everyMs: beatEveryMs })
  const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())
  const retries = new LongWork({ now: steady, rest, failed })
  const breathe = () => new Promise<void>((resolve) => setImmediate(resolve))
  const parts: FigureParts = { ...options, status, hub, retries, pace: { now: steady, sliceMs: SLICE_MS, breathe } }
  const resources = [
    ...[
      statusHandlers,
      controlHandlers,
      filesHandlers,
      historyHandlers,
      problemsHandlers,
      activityHandlers,
      cyclesHandlers,
    ],
    ...[eventsHandlers, sourcesHandlers, destinationsHandlers],
  ]
  return {
    handlers: resources.flatMap((handlersOf) => handlersOf(parts)),
    hub,
    close() {
      hub.close()
      retries.end()
    },
  }
}
