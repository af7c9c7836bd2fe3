import { hash, randomUUID } from 'node:crypto'
import type { CheckResult, Labels } from '../../../backup/model/destination.ts'
import { Fault } from '../../../backup/model/faults.ts'
import { OWN_FOLDER } from '../../layouts.ts'
import type { S3Request } from '../api/client.ts'
import { refusalOf } from '../api/errors.ts'
import { canonicalQuery } from '../api/uri.ts'
import { copyObject } from '../copy.ts'
import { headObject } from '../head.ts'
import { header } from '../labels.ts'
import { listObjects, listUploads } from '../list.ts'
import { openObject } from '../open.ts'
import { abortUpload, createUpload, listParts, sendPart } from '../put/upload.ts'
import { type Bucket, objectHeaders } from './bucket.ts'
import { checkConnection } from './check-connection.ts'
import { readVersioning } from './versioning.ts'

/** For cleaning up when the caller has given up already, and for the one server known to hang on such a DELETE. */
const CLEAN_UP_MS = 15_000

const CONTENT = Buffer.from('Written by the self-test of Drivekeep. It may be deleted.\n')
const WRONG = Buffer.from('not the content announced')

/**
 * Proves step by step what the credentials may and the server can, with probe objects under `<prefix>/.drivekeep/`.
 * A 200 proves nothing by itself: some servers accept a checksum and ignore it, so wrong ones are sent too.
 *
 * A failing step is a result and names the remedy; later steps are omitted where they could only repeat it. What was
 * written is removed again, old versions included as far as the rights go. Throws only the signal's reason.
 */
export async function checkBucket(bucket: Bucket, base: string, signal: AbortSignal): Promise<CheckResult[]> {
  const connection = await checkConnection(bucket, base, signal)
  if (!connection.goOn) return connection.results
  const probe = new Probe(bucket, `${base}${OWN_FOLDER}/probe-${randomUUID()}`, signal)
  try {
    const written = await probe.step('write', 's3:PutObject', () => probe.write())
    if (written) {
      await probe.step('refuse a wrong payload hash', null, () => probe.refusesWrongHash())
      await probe.step('refuse a wrong Content-MD5', null, () => probe.refusesWrongMd5())
      await probe.step('read back', 's3:GetObject', () => probe.readBack())
    }
    await probe.step('list', 's3:ListBucket', () => probe.list(written))
    if (written) await probe.step('copy', 's3:GetObject and s3:PutObject', () => probe.copy())
    await probe.step('multipart upload', MULTIPART_RIGHTS, () => probe.multipart())
    await probe.step('versioning', 's3:GetBucketVersioning', () => probe.versioning())
    if (written) await probe.step('delete', 's3:DeleteObject', () => probe.delete())
  } finally {
    await probe.cleanUp()
  }
  return [...connection.results, ...probe.results]
}

const MULTIPART_RIGHTS =
  's3:PutObject, s3:AbortMultipartUpload, s3:ListMultipartUploadParts and s3:ListBucketMultipartUploads'

/** What a step found: a sentence, and whether it is a good one. */
type Finding = { ok: boolean; message: string }

class Probe {
  readonly results: CheckResult[] = []
  readonly #bucket: Bucket
  readonly #key: string
  readonly #signal: AbortSignal
  readonly #labels: Labels
  /** Everything written, to be removed again. */
  readonly #written: { key: string; versionId: string | null }[] = []

  constructor(bucket: Bucket, key: string, signal: AbortSignal) {
    this.#bucket = bucket
    this.#key = key
    this.#signal = signal
    const modifiedTime = bucket.now()
    this.#labels = { fileId: 'probe', revision: 'probe', modifiedTime, path: 'probe.txt', mimeType: 'text/plain' }
  }

  /** Runs a step and notes its result; `right` is what is missing when storage denies it. */
  async step(step: string, right: string | null, run: () => Promise<Finding>): Promise<boolean> {
    const finding = await run().catch((error: unknown) => failed(error, right))
    this.results.push({ step, ...finding })
    return finding.ok
  }

  async write(): Promise<Finding> {
    await this.#put(this.#key, { body: CONTENT })
    return { ok: true, message: 'objects can be written' }
  }

  refusesWrongHash(): Promise<Finding> {
    return this.#refuses('payload hash', { body: WRONG, payloadHash: hash('sha256', CONTENT, 'hex') })
  }

  refusesWrongMd5(): Promise<Finding> {
    const md5 = hash('md5', CONTENT, 'base64')
    return this.#refuses('Content-MD5', { body: WRONG, headers: { 'content-md5': md5 } })
  }

  async readBack(): Promise<Finding> {
    const chunks: Uint8Array[] = []
    const object = { key: this.#key, versionId: null, size: CONTENT.length }
    for await (const chunk of await openObject(this.#bucket, object, 0, this.#signal)) chunks.push(chunk)
    if (Buffer.concat(chunks).equals(CONTENT)) return { ok: true, message: 'what was written comes back unchanged' }
    return {
      ok: false,
      message: 'other bytes came back than were written. Do not use this server, or look for a proxy that alters them.',
    }
  }

  async list(expected: boolean): Promise<Finding> {
    const found: string[] = []
    for await (const { key } of listObjects(this.#bucket, this.#key, this.#signal)) found.push(key)
    if (!expected || found.includes(this.#key)) return { ok: true, message: 'objects can be listed' }
    return {
      ok: false,
      message: 'the object just written is not in the listing. Verification needs listings that are up to date.',
    }
  }

  async copy(): Promise<Finding> {
    const key = `${this.#key}-copy`
    this.#written.push({ key, versionId: null })
    const from = { key: this.#key, versionId: null, size: CONTENT.length }
    const { versionId } = await copyObject(this.#bucket, from, key, this.#labels, this.#signal)
    // Ceph does not name the version that a copy made; unless it is removed too, it comes to light again.
    const made = versionId ?? (await headObject(this.#bucket, key, this.#signal))?.versionId ?? null
    this.#written.push({ key, versionId: made })
    return { ok: true, message: 'objects can be copied, so renamed files need no second upload' }
  }

  async multipart(): Promise<Finding> {
    const [bucket, key, signal] = [this.#bucket, `${this.#key}-parts`, this.#signal]
    const id = await createUpload(bucket, key, objectHeaders(bucket, this.#labels, null), signal)
    try {
      const part = { number: 1, bytes: CONTENT, sha256: hash('sha256', CONTENT, 'hex') }
      await sendPart(bucket, key, id, part, signal)
      // Without these an upload that broke off is neither continued nor ended.
      await listParts(bucket, key, id, signal)
      for await (const _ of listUploads(bucket, key, signal)) break
    } finally {
      await abortUpload(bucket, key, id, AbortSignal.timeout(CLEAN_UP_MS))
    }
    return { ok: true, message: 'large files can be uploaded in parts' }
  }

  async versioning(): Promise<Finding> {
    const message = {
      Enabled: 'the bucket keeps old versions itself',
      Suspended: 'versioning is suspended: old revisions are copied aside before they are replaced',
      never: 'the bucket keeps no versions: old revisions are copied aside before they are replaced',
      unknown: 'we may not ask for it, or the server has none: old revisions are copied aside before they are replaced',
    }
    return { ok: true, message: message[await readVersioning(this.#bucket, this.#signal)] }
  }

  async delete(): Promise<Finding> {
    const answer = await this.#bucket.client.send({ method: 'DELETE', key: this.#key }, this.#signal)
    // In a versioned bucket the deletion is a version of its own.
    this.#written.push({ key: this.#key, versionId: header(answer.headers, 'x-amz-version-id') })
    return { ok: true, message: 'objects can be deleted' }
  }

  /** Removes what was written. Best effort: a missing right has been reported by its step. */
  async cleanUp(): Promise<void> {
    const signal = AbortSignal.timeout(CLEAN_UP_MS)
    const markers: { key: string; versionId: string | null }[] = []
    for (const key of new Set(this.#written.map((object) => object.key))) {
      const answer = await this.#bucket.client.send({ method: 'DELETE', key }, signal).catch(() => null)
      if (answer !== null) markers.push({ key, versionId: header(answer.headers, 'x-amz-version-id') })
    }
    for (const { key, versionId } of [...this.#written, ...markers]) {
      if (versionId === null) continue
      const query = canonicalQuery({ versionId })
      await this.#bucket.client.send({ method: 'DELETE', key, query }, signal).catch(() => null)
    }
  }

  async #refuses(what: string, request: Partial<S3Request>): Promise<Finding> {
    try {
      await this.#put(`${this.#key}-wrong`, request)
    } catch (error) {
      const status = refusalOf(error)?.status ?? 0
      if (status >= 400 && status < 500) return { ok: true, message: `an upload with a wrong ${what} is refused` }
      throw error
    }
    return {
      ok: false,
      message: `the server stores an upload although its ${what} is wrong: bytes damaged on their way would go unnoticed. Use another server, or update this one.`,
    }
  }

  async #put(key: string, request: Partial<S3Request>): Promise<void> {
    // Noted before it is sent: the answer may be lost and the object be there.
    this.#written.push({ key, versionId: null })
    const headers = { ...objectHeaders(this.#bucket, this.#labels, null), ...request.headers }
    const answer = await this.#bucket.client.send({ method: 'PUT', key, ...request, headers }, this.#signal)
    this.#written.push({ key, versionId: header(answer.headers, 'x-amz-version-id') })
  }
}

function failed(error: unknown, right: string | null): Finding {
  if (!(error instanceof Fault)) throw error
  const missing = error.code === 'storage/access-denied' && right !== null
  return {
    ok: false,
    message: missing ? `the access key lacks a right: allow ${right} on the bucket and prefix` : error.message,
  }
}
