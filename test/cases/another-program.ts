import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { S3Server } from '../../emulator/s3/index.ts'
import { BUCKET } from '../backup/harness.ts'

/** Somebody else at work in the bucket, with the AWS SDK. */
export class AnotherProgram implements Disposable {
  readonly #client: S3Client

  constructor(s3: S3Server) {
    const endpoint = { endpoint: s3.url, region: s3.region, forcePathStyle: true }
    this.#client = new S3Client({ ...endpoint, credentials: { ...s3.credentials } })
  }

  /**
   * Writes an object again with the same bytes, as programs do that change its class or its encryption: as one upload, or as
   * parts, which gives another ETag.
   */
  async rewrite(key: string, { labels, inParts }: { labels: boolean; inParts: boolean }): Promise<void> {
    const at = { Bucket: BUCKET, Key: key }
    const object = await this.#client.send(new GetObjectCommand(at))
    const body = await object.Body?.transformToByteArray()
    if (body === undefined) throw new Error(`${key} has no body`)
    const described = labels ? { Metadata: object.Metadata, ContentType: object.ContentType } : {}
    if (!inParts) {
      await this.#client.send(new PutObjectCommand({ ...at, ...described, Body: body }))
      return
    }
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand({ ...at, ...described }))
    const part = await this.#client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: body }))
    const parts = { Parts: [{ PartNumber: 1, ETag: part.ETag }] }
    await this.#client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: parts }))
  }

  async put(key: string, text: string, labels: Record<string, string> = {}): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: text, Metadata: labels }))
  }

  async remove(key: string, versionId?: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key, VersionId: versionId }))
  }

  async setVersioning(Status: 'Enabled' | 'Suspended'): Promise<void> {
    await this.#client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status } }))
  }

  [Symbol.dispose](): void {
    this.#client.destroy()
  }
}
