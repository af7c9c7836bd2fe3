import type { CatalogDatabase } from '../catalog/open.ts'
import type { Pace } from '../catalog/walk.ts'
import type { Loaded } from '../config/load.ts'
import type { Progress, Status } from './contract/status.ts'
import { EventHub } from './figures/event-hub.ts'
import { Fresh } from './figures/fresh.ts'
import { LongWork } from './figures/long-work.ts'
import { readStatus } from './figures/read-status.ts'
import type { Handler } from './handler.ts'
import { activityHandlers } from './resources/activity.ts'
import { controlHandlers } from './resources/control.ts'
import { cyclesHandlers } from './resources/cycles.ts'
import { destinationsHandlers } from './resources/destinations.ts'
import { eventsHandlers } from './resources/events.ts'
import { filesHandlers } from './resources/files.ts'
import { problemsHandlers } from './resources/problems.ts'
import { sourcesHandlers } from './resources/sources.ts'
import { statusHandlers } from './resources/status.ts'

export interface FiguresOptions {
  db: CatalogDatabase
  /** Ms since 1970. */
  now: () => number
  version: string
  /** What goes on at this moment, as the daemon's Pulse told it last; NOTHING_MOVES before that. */
  progress: () => Progress
  /** The configuration as it stands. */
  configuration: () => Promise<Loaded>
  /** Whether all steps of the set-up are done. */
  isSetUp: () => Promise<boolean>
  /** Hears why streams could not be told anything, or a retry broke off. */
  failed: (error: unknown) => void
  /** How often the event streams are told what is new (ms); null: whoever holds `hub` calls `beat`. */
  beatEveryMs?: number | null
  /** So old a status may be (ms): hundreds of requests a second then cost no more than four. */
  statusKeptMs?: number
}

/** What the handlers of status, control, files, problems, activity, events, sources and destinations share. */
export interface FigureParts extends Omit<FiguresOptions, 'beatEveryMs' | 'statusKeptMs'> {
  status: Fresh<Status>
  pace: Pace
  hub: EventHub
  retries: LongWork
}

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
    ...[statusHandlers, controlHandlers, filesHandlers, problemsHandlers, activityHandlers, cyclesHandlers],
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
