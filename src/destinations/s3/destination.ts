import type {
  CheckResult,
  Destination,
  Labels,
  LayoutName,
  ObjectRef,
  Payload,
  UploadLog,
} from '../../backup/model/destination.ts'
import { Fault } from '../../backup/model/faults.ts'
import type { ProviderName } from '../destination-types.ts'
import { keysOf, normalisePrefix } from '../layouts.ts'
import { FIRST_DELAY_MS, S3Client, type S3Timeouts, TIMEOUTS } from './api/client.ts'
import { chainCredentials, staticCredentials } from './api/credentials.ts'
import type { Bucket } from './bucket/bucket.ts'
import { checkBucket } from './bucket/check.ts'
import { providerOf } from './bucket/providers.ts'
import { readVersioning } from './bucket/versioning.ts'
import { copyObject } from './copy.ts'
import { headObject } from './head.ts'
import { listObjects, listUploads } from './list.ts'
import { openObject } from './open.ts'
import { BodyLimit } from './put/body-limit.ts'
import { MemoryBudget } from './put/memory.ts'
import { PartBuffers } from './put/part-buffers.ts'
import { putObject } from './put/put.ts'
import { abortUpload } from './put/upload.ts'

export interface S3Options {
  /** The destination's name in the config. */
  name: string
  /** Named by the operator where the endpoint does not tell. */
  type?: ProviderName | null
  bucket: string
  region: string
  prefix: string
  /** Default `mirror`. */
  layout?: LayoutName
  /** The layout that was in use before, of which keys are left. */
  formerLayout?: LayoutName | null
  /** Null: the provider's own for the region. */
  endpoint: string | null
  /** True forces `host/bucket/key`; false leaves it to the provider. */
  forcePathStyle: boolean
  /** Null, both: the standard AWS credential chain. */
  accessKeyId: string | null
  secretAccessKey: string | null
  sessionToken?: string | null
  storageClass: string | null
  uploads: UploadLog
  /** For parts (a fifth of it) and small files together; default 256 MiB. */
  maxMemoryBytes?: number
  /** Larger known files go up in parts; default 200 MiB. */
  multipartThreshold?: number
  /** Default 8 MiB, and more where a file needs it; S3 takes no less than 5 MiB. */
  partSize?: number
  /** What one CopyObject takes; default 5 GiB, S3's limit. */
  copyLimit?: number
  timeouts?: Partial<S3Timeouts>
  /** The first pause between the short tries of one request, in ms. */
  retryBaseMs?: number
  /** ms since 1970; default the clock. */
  now?: () => number
}

const MIB = 1024 * 1024
const GIB = 1024 * MIB
/** Of the memory, for parts: by default six at once over all files, four on a line with latency and the next ones. */
const SHARE_OF_PARTS = 1 / 5
/** Versioning can be suspended at any time, and what is overwritten then is gone. */
const VERSIONING_MS = 60_000

/**
 * An S3 bucket as a destination. Constructing it sends nothing; dispose of it to close its connections, which ends what
 * is still under way. Throws `storage/bad-answer` for an endpoint that is no URL, or none for a provider that needs one.
 */
export function createS3Destination(options: S3Options): Destination & AsyncDisposable {
  const bucket = bucketOf(options)
  const { client } = bucket
  const { name, prefix } = options
  const base = normalisePrefix(prefix)
  const keys = keysOf(options.layout ?? 'mirror', prefix, options.formerLayout)
  const keepsVersions = rememberedFor(
    VERSIONING_MS,
    bucket.now,
    async (signal) => (await readVersioning(bucket, signal)) === 'Enabled',
  )
  return {
    name,
    address: `s3://${options.bucket}/${base} at ${client.endpoint}`,
    keys,
    can: {
      copy: (from: ObjectRef, key: string, labels: Labels | null, signal: AbortSignal) =>
        copyObject(bucket, from, key, labels, signal),
      abandonUploads: (keep: ReadonlySet<string>, sources: readonly string[], signal: AbortSignal) =>
        abandonUploads(bucket, keys.folders(sources), keep, signal),
      keepsVersions,
      detachable: false,
    },
    put: (key: string, payload: Payload, labels: Labels, signal: AbortSignal, beforeVisible?: () => Promise<void>) =>
      putObject(bucket, key, payload, labels, signal, beforeVisible),
    open: (object: ObjectRef, offset: number, signal: AbortSignal) => openObject(bucket, object, offset, signal),
    list: (under: string, signal: AbortSignal) => listObjects(bucket, under, signal),
    head: (key: string, signal: AbortSignal, versionId: string | null = null) =>
      headObject(bucket, key, signal, versionId),
    remove: (key: string, signal: AbortSignal) => removeObject(bucket, key, signal),
    check: (signal: AbortSignal): Promise<CheckResult[]> => checkBucket(bucket, base, signal),
    get calls() {
      return client.calls
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}

/** Asks again once the answer is older than `ms`, or the clock was set back. */
function rememberedFor<T>(ms: number, now: () => number, ask: (signal: AbortSignal) => Promise<T>) {
  let known: { value: T; at: number } | null = null
  return async (signal: AbortSignal): Promise<T> => {
    const at = now()
    if (known === null || at - known.at >= ms || at < known.at) known = { value: await ask(signal), at }
    return known.value
  }
}

function bucketOf(options: S3Options): Bucket {
  const now = options.now ?? Date.now
  const { name, region, accessKeyId, secretAccessKey } = options
  const provider = providerOf(options.type ?? null, options.endpoint)
  const endpoint = endpointOf(options, provider.endpoint)
  const credentials =
    accessKeyId !== null && secretAccessKey !== null
      ? staticCredentials(accessKeyId, secretAccessKey, options.sessionToken ?? null)
      : chainCredentials(name, now)
  // A wildcard certificate covers one label only, so a bucket with dots has no valid host of its own.
  const pathStyle = options.forcePathStyle || provider.pathStyle || options.bucket.includes('.')
  const maxMemoryBytes = options.maxMemoryBytes ?? 256 * MIB
  const memory = new MemoryBudget(maxMemoryBytes)
  return {
    name,
    bucket: options.bucket,
    client: new S3Client({
      ...{ bucket: options.bucket, region, endpoint, pathStyle, credentials, now },
      timeouts: { ...TIMEOUTS, ...options.timeouts },
      retryBaseMs: options.retryBaseMs ?? FIRST_DELAY_MS,
    }),
    provider,
    memory,
    parts: new PartBuffers(maxMemoryBytes * SHARE_OF_PARTS, memory),
    uploads: options.uploads,
    live: new Set(),
    proofs: new Map(),
    storageClass: options.storageClass,
    multipartThreshold: options.multipartThreshold ?? 200 * MIB,
    partSize: options.partSize ?? 8 * MIB,
    bodyLimit: new BodyLimit(),
    copyCondition: 0,
    copyLimit: options.copyLimit ?? 5 * GIB,
    now,
  }
}

function endpointOf(options: S3Options, byRegion: ((region: string) => string) | null): URL {
  const text = options.endpoint ?? byRegion?.(options.region) ?? null
  if (text !== null && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text)
  const detail = text === null ? 'this provider needs an endpoint' : `endpoint ${text} is no http or https URL`
  throw new Fault('storage/bad-answer', options.name, { detail })
}

async function removeObject(bucket: Bucket, key: string, signal: AbortSignal): Promise<void> {
  try {
    await bucket.client.send({ method: 'DELETE', key }, signal)
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'storage/not-found')) throw error
  }
}

/** Storage does not say whose an upload is, only its key. */
async function abandonUploads(
  bucket: Bucket,
  folders: string[],
  keep: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<number> {
  let abandoned = 0
  for (const folder of folders) {
    for await (const { key, uploadId } of listUploads(bucket, folder, signal)) {
      // A server that overlooks the prefix lists what is not ours.
      if (!key.startsWith(folder) || keep.has(uploadId) || bucket.live.has(uploadId)) continue
      bucket.proofs.delete(uploadId)
      await abortUpload(bucket, key, uploadId, signal)
      abandoned += 1
    }
  }
  return abandoned
}
