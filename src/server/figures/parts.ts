import type { CatalogDatabase } from '../../catalog/open.ts'
import type { Pace } from '../../catalog/read/walk.ts'
import type { Loaded } from '../../config/file/load.ts'
import type { Progress, Status } from '../contract/status.ts'
import type { EventHub } from '../live/event-hub.ts'
import type { Fresh } from '../live/fresh.ts'
import type { LongWork } from '../live/long-work.ts'

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
