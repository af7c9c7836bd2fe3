/**
 * Copies every file of a Drive into a bucket with the least code that moves the bytes: no catalog, no checks, no retries, no paths.
 * A file's key is its id. One thread, undici, 32 files in flight. It bounds what the product could reach in the same surroundings.
 */
import { createHmac, hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Pool } from 'undici'
import type { BareCopyOptions } from './bare.ts'

const IN_FLIGHT = 32
/** Up to here a body is read whole before it is sent, which is cheaper than a stream. */
const SMALL = 1024 * 1024

const options = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as BareCopyOptions
const drive = new Pool(options.drive.url, { connections: IN_FLIGHT, allowH2: false, bodyTimeout: 60_000 })
const s3 = new Pool(options.s3.url, { connections: IN_FLIGHT, allowH2: false, headersTimeout: 60_000 })
const sign = signer()
const authorization = `Bearer ${await accessToken()}`

const queue = files()
await Promise.all(
  Array.from({ length: IN_FLIGHT }, async () => {
    for (let next = await queue.next(); next.done !== true; next = await queue.next()) await copy(next.value)
  }),
)
await Promise.all([drive.close(), s3.close()])

interface Listed {
  id: string
  size: string
}

interface Page {
  files: Listed[]
  nextPageToken?: string
}

/** The next page is asked for while the present one is worked on. */
async function* files(): AsyncGenerator<Listed> {
  let coming: Promise<Page> | null = page(null)
  while (coming !== null) {
    const { files, nextPageToken }: Page = await coming
    coming = nextPageToken === undefined ? null : page(nextPageToken)
    yield* files
  }
}

async function page(token: string | null): Promise<Page> {
  const query = new URLSearchParams({
    q: "mimeType!='application/vnd.google-apps.folder'",
    pageSize: '1000',
    fields: 'nextPageToken,files(id,size)',
    ...(token !== null && { pageToken: token }),
  })
  const { body } = await drive.request({ method: 'GET', path: `/drive/v3/files?${query}`, headers: { authorization } })
  return (await body.json()) as Page
}

async function copy({ id, size }: Listed): Promise<void> {
  const from = await drive.request({
    method: 'GET',
    path: `/drive/v3/files/${id}?alt=media`,
    headers: { authorization },
  })
  if (from.statusCode !== 200) throw new Error(`${id}: Drive answered ${from.statusCode}`)
  const path = `/${options.s3.bucket}/${id}`
  const to = await s3.request({
    method: 'PUT',
    path,
    headers: { ...sign(path), 'content-length': size },
    body: Number(size) <= SMALL ? Buffer.from(await from.body.arrayBuffer()) : from.body,
  })
  await to.body.dump()
  if (to.statusCode !== 200) throw new Error(`${id}: S3 answered ${to.statusCode}`)
}

async function accessToken(): Promise<string> {
  const { clientId, clientSecret, refreshToken } = options.drive
  const form = { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken }
  const { body } = await drive.request({
    method: 'POST',
    path: '/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...form, grant_type: 'refresh_token' }).toString(),
  })
  return ((await body.json()) as { access_token: string }).access_token
}

/** AWS Signature Version 4 for a PUT whose body is not signed. The day's key is made once: a run is over before midnight or fails. */
function signer(): (path: string) => Record<string, string> {
  const { url, region, accessKeyId, secretAccessKey } = options.s3
  const { host } = new URL(url)
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '')
  const scope = `${day}/${region}/s3/aws4_request`
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), 's3'), 'aws4_request')
  const payload = 'UNSIGNED-PAYLOAD'
  const names = 'host;x-amz-content-sha256;x-amz-date'
  return (path) => {
    const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
    const canonical = `PUT\n${path}\n\nhost:${host}\nx-amz-content-sha256:${payload}\nx-amz-date:${date}\n\n${names}\n${payload}`
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash('sha256', canonical, 'hex')}`
    const signature = hmac(key, toSign).toString('hex')
    return {
      host,
      'x-amz-content-sha256': payload,
      'x-amz-date': date,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    }
  }
}
