import type { Credentials, Users } from './auth/users.ts'
import type { Habits, Limits } from './habits.ts'
import type { InspectedObject, InspectedUpload } from './inspect.ts'
import type { RequestLog } from './request-log.ts'
import type { Faults } from './wire/faults.ts'

interface NewBucket {
  versioning?: boolean
  /** Implies versioning. */
  objectLock?: boolean
}

/** A running server. Disposing of it ends all connections. */
export interface S3Server extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`; path style, or virtual-host style as `<bucket>.localhost:<port>`. */
  readonly url: string
  readonly port: number
  readonly region: string
  readonly credentials: Credentials
  readonly users: Users
  readonly faults: Faults
  readonly requests: RequestLog
  /** May be changed at any time. */
  readonly habits: Habits
  readonly limits: Limits
  latencyMs: number
  /** Throws for a name that AWS refuses, or that is taken. */
  createBucket(name: string, options?: NewBucket): void
  bucketNames(): string[]
  /** The current objects by key, or with `versions` every version and delete marker. Goes around the API and its counts. */
  objects(bucket: string, options?: { prefix?: string; versions?: boolean }): Promise<InspectedObject[]>
  /** The same one by one, for listings too large for an array. */
  eachObject(bucket: string, options?: { prefix?: string; versions?: boolean }): AsyncIterable<InspectedObject>
  body(bucket: string, key: string, versionId?: string): Promise<Buffer>
  /** Multipart uploads under way. */
  uploads(bucket: string): InspectedUpload[]
  /** Rot: changes one bit of a stored object. */
  corrupt(bucket: string, key: string): Promise<void>
  close(): Promise<void>
}
