import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Options } from '../../src/destinations/s3/destination.ts'
import { openPlace, type Place } from '../destinations/place.ts'
import { administer, type Ceph } from './ceph.ts'

export interface Keys {
  accessKeyId: string
  secretAccessKey: string
}

export interface CephUser extends Keys {
  uid: string
}

/** Makes an empty bucket that nobody else uses, and gives its name. It goes when the cluster goes. */
export async function makeBucket(ceph: Ceph, keys: Keys, versioning: boolean): Promise<string> {
  const bucket = `test-${randomUUID()}`
  const s3 = new S3Client({ endpoint: ceph.url, region: 'us-east-1', forcePathStyle: true, credentials: keys })
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const enabled = { Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } } as const
  if (versioning) await s3.send(new PutBucketVersioningCommand(enabled))
  s3.destroy()
  return bucket
}

/** Makes a user of its own, with `radosgw-admin user create` given these options too. */
export async function makeUser(ceph: Ceph, ...options: string[]): Promise<CephUser> {
  const uid = randomUUID()
  const keys = { accessKeyId: `key-${uid}`, secretAccessKey: `secret-${uid}` }
  const named = ['--access-key', keys.accessKeyId, '--secret-key', keys.secretAccessKey, '--display-name', uid]
  await administer(ceph, 'user', 'create', '--uid', uid, ...named, ...options)
  return { uid, ...keys }
}

/** An S3 destination on an empty bucket of a Ceph cluster. */
export async function startCephPlace(
  ceph: Ceph,
  options: { versioning?: boolean; keys?: Keys; destination?: Partial<S3Options> } = {},
): Promise<Place & { bucket: string }> {
  const keys = options.keys ?? ceph
  const bucket = await makeBucket(ceph, keys, options.versioning ?? false)
  const { accessKeyId, secretAccessKey } = keys
  const where = { bucket, region: 'us-east-1', endpoint: ceph.url, accessKeyId, secretAccessKey }
  return { ...openPlace({ ...where, ...options.destination }, async () => {}), bucket }
}
