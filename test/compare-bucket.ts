/**
 * Compares a bucket with the Drive emulator, object by object, without a line of Drivekeep's own code: the Drive's truth
 * comes from the emulator's control interface, the objects through the AWS SDK. What belongs together is found by the
 * `drivekeep-file-id` in each object's metadata.
 *
 *   node test/compare-bucket.ts DRIVE_URL S3_URL BUCKET ACCESS_KEY SECRET_KEY
 */
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'

interface Place {
  driveUrl: string
  s3Url: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
}

interface Comparison {
  /** Blobs whose one object has the SHA-256 of the emulator's bytes. */
  equal: number
  /** Native documents and shortcuts that have one object each. */
  present: number
  /** Items without an object, by id and name. */
  missing: string[]
  /** What is wrong, one sentence each. */
  wrong: string[]
}

interface TrueItem {
  id: string
  name: string
  kind: 'blob' | 'folder' | 'shortcut' | 'native'
  sha256: string | null
}

/** Reads the whole bucket, but for what was kept aside under `.drivekeep/`. */
export async function compareBucket(place: Place): Promise<Comparison> {
  const s3 = new S3Client({
    endpoint: place.s3Url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: place.accessKeyId, secretAccessKey: place.secretAccessKey },
  })
  const result: Comparison = { equal: 0, present: 0, missing: [], wrong: [] }
  const keysOf = new Map<string, string[]>()
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: place.bucket })) {
    for (const { Key: key = '' } of page.Contents ?? []) {
      if (/(^|\/)\.drivekeep\//.test(key)) continue
      const head = await s3.send(new HeadObjectCommand({ Bucket: place.bucket, Key: key }))
      const id = head.Metadata?.['drivekeep-file-id']
      if (id === undefined) result.wrong.push(`${key} does not say which file it is`)
      else keysOf.set(id, [...(keysOf.get(id) ?? []), key])
    }
  }

  for await (const item of trueItems(place.driveUrl)) {
    if (item.kind === 'folder') continue
    const [key, ...more] = keysOf.get(item.id) ?? []
    keysOf.delete(item.id)
    if (key === undefined) result.missing.push(`${item.id} ${item.name}`)
    else if (more.length > 0) result.wrong.push(`${item.name} is stored ${more.length + 1} times`)
    else if (item.kind !== 'blob') result.present += 1
    else if ((await sha256Of(s3, place.bucket, key)) === item.sha256) result.equal += 1
    else result.wrong.push(`${key} has other bytes than ${item.name} (${item.id})`)
  }
  for (const [id, keys] of keysOf) result.wrong.push(`${keys} belongs to ${id}, which is not in Drive`)
  s3.destroy()
  return result
}

async function* trueItems(driveUrl: string): AsyncGenerator<TrueItem> {
  const answer = await fetch(`${driveUrl}/_emulator/items`)
  if (!answer.ok || answer.body === null) throw new Error(`${driveUrl}/_emulator/items: ${answer.status}`)
  for await (const line of createInterface({ input: Readable.fromWeb(answer.body) })) yield JSON.parse(line)
}

async function sha256Of(s3: S3Client, bucket: string, key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  const hash = createHash('sha256')
  for await (const chunk of Body as Readable) hash.update(chunk)
  return hash.digest('hex')
}

if (import.meta.main) {
  const [driveUrl = '', s3Url = '', bucket = '', accessKeyId = '', secretAccessKey = ''] = process.argv.slice(2)
  const result = await compareBucket({ driveUrl, s3Url, bucket, accessKeyId, secretAccessKey })
  console.log(JSON.stringify(result, null, 2))
  process.exitCode = result.wrong.length > 0 ? 1 : 0
}
