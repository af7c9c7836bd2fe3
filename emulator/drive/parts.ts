import type { Operations } from './operations.ts'
import type { PushChannels } from './push.ts'
import type { DriveStore } from './store/store.ts'

/** What the routes work on. */
export interface Parts {
  readonly store: DriveStore
  /** Where this emulator is reached: links in answers start with it. Known only once it listens. */
  origin(): string
  readonly push: PushChannels
  readonly operations: Operations
}
