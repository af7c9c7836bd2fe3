import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Credentials, Users } from './auth/users.ts'
import { CONTROL_PATH, serveControl } from './control.ts'
import { AWS_HABITS, AWS_LIMITS, type Habits, type Limits } from './habits.ts'
import { type InspectedObject, Inspector } from './inspect.ts'
import { isBucketName } from './operations/buckets.ts'
import type { Service } from './operations/call.ts'
import { RequestLog } from './request-log.ts'
import { createHandler } from './serve.ts'
import type { S3Server } from './server.ts'
import type { BucketSettings } from './storage/bucket.ts'
import { Buckets, type StorageKind } from './storage/buckets.ts'
import { Faults } from './wire/faults.ts'

export type { Habits } from './habits.ts'
export type { S3Server } from './server.ts'
export type { Fault } from './wire/fault.ts'

/** What a server accepts unless told otherwise. */
export const DEFAULT_CREDENTIALS: Readonly<Credentials> = {
  accessKeyId: 'AKIAEMULATOR00000000',
  secretAccessKey: 'emulator-secret-access-key-for-tests-only',
}

export interface S3Options {
  /** Made at the start unless they are there. */
  buckets?: readonly string[]
  /** Turns versioning on in those. */
  versioning?: boolean
  /** 0, the default, takes a free port. */
  port?: number
  credentials?: Credentials
  region?: string
  storage?: StorageKind
  /** ETags that are no MD5, as with KMS: saves most of the server's hashing. Bodies with Content-MD5 are checked still. */
  opaqueEtags?: boolean
  habits?: Partial<Habits>
  limits?: Partial<Limits>
  /** Ms that every request waits before it is looked at. */
  latencyMs?: number
  /** Unix ms */
  now?: () => number
}

/**
 * Starts an S3 server on the loopback address. It is strict where AWS is: whatever it accepts, it has checked, and
 * what it does not know it refuses.
 */
export async function startS3(options: S3Options = {}): Promise<S3Server> {
  const now = options.now ?? Date.now
  const credentials = options.credentials ?? DEFAULT_CREDENTIALS
  const region = options.region ?? 'us-east-1'
  const users = new Users()
  users.add(credentials)
  const buckets = new Buckets(options.storage ?? 'memory', now)
  const habits: Habits = { ...AWS_HABITS, ...options.habits }
  const limits: Limits = { ...AWS_LIMITS, ...options.limits }
  const service: Service = { buckets, habits, limits, region, opaqueEtags: options.opaqueEtags ?? false, now }
  const inspector = new Inspector(buckets)
  const faults = new Faults()
  const requests = new RequestLog()
  const handle = createHandler({ service, users, faults, requests, latency: () => running.latencyMs })
  const http = createServer({ requestTimeout: 0, noDelay: true, keepAliveTimeout: 60_000, maxHeaderSize: 64 * 1024 })
  http.on('request', (request, response) => {
    if (request.url?.startsWith(CONTROL_PATH)) serveControl(running, request, response)
    else handle(request, response)
  })
  http.on('checkContinue', handle)
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = http.address() as AddressInfo

  const running: S3Server = {
    url: `http://127.0.0.1:${port}`,
    port,
    region,
    credentials,
    users,
    faults,
    requests,
    habits,
    limits,
    latencyMs: options.latencyMs ?? 0,
    createBucket(name, { versioning = false, objectLock = false } = {}) {
      if (!isBucketName(name) || buckets.has(name)) throw new Error(`cannot make a bucket ${JSON.stringify(name)}`)
      const settings: Partial<BucketSettings> = versioning || objectLock ? { versioning: 'enabled', objectLock } : {}
      buckets.create(name, settings)
    },
    bucketNames: () => buckets.all().map(({ name }) => name),
    async objects(bucket, selection) {
      const found: InspectedObject[] = []
      for await (const object of inspector.objects(bucket, selection)) found.push(object)
      return found
    },
    eachObject: (bucket, selection) => inspector.objects(bucket, selection),
    body: (bucket, key, versionId) => inspector.body(bucket, key, versionId),
    uploads: (bucket) => inspector.uploads(bucket),
    corrupt: (bucket, key) => inspector.corrupt(bucket, key),
    async close() {
      const closed = new Promise((resolve) => http.close(resolve))
      http.closeAllConnections()
      await closed
      buckets.close()
    },
    [Symbol.asyncDispose]: () => running.close(),
  }
  for (const name of options.buckets ?? []) {
    if (!buckets.has(name)) running.createBucket(name, { versioning: options.versioning ?? false })
  }
  return running
}
