import { createHash, createHmac } from 'node:crypto'
import { type Agent, type IncomingHttpHeaders, request } from 'node:http'
import type { S3Server } from './index.ts'

/**
 * A raw S3 client for tests: it signs by the book (sharing no code with the server), can lie in every header, and
 * shows the answer as it came.
 */
export interface RawRequest {
  method: string
  /** Sent as it is: percent-encode it. */
  path: string
  /** Decoded pairs. */
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: string | Buffer
  /** x-amz-content-sha256; by default the body's hash. */
  payload?: string
  accessKeyId?: string
  secretAccessKey?: string
  region?: string
  /** Unix ms of the signature. */
  at?: number
  /** Header names left out of the signature. */
  unsigned?: string[]
}

export interface RawReply {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
  text: string
  /** The error's code, '' where the body names none. */
  code: string
}

/** Signs and sends. Rejects if the connection breaks before the answer is whole. */
export function send(s3: S3Server, raw: RawRequest): Promise<RawReply> {
  const { path, headers } = sign(s3, raw)
  return exchange(s3, raw.method, path, headers, raw.body)
}

/** Sends bytes without signing anything. */
export function exchange(
  s3: S3Server,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Buffer,
  agent: Agent | false = false,
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: s3.port, method, path, headers, agent }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString()
        const code = /<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? ''
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes, text, code })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The path and headers of a signed request. */
export function sign(s3: S3Server, raw: RawRequest): { path: string; headers: Record<string, string> } {
  const time = basicTime(raw.at ?? Date.now())
  const payload = raw.payload ?? sha256(raw.body ?? '')
  const query = canonicalQuery(raw.query ?? {})
  const headers: Record<string, string> = {
    host: `127.0.0.1:${s3.port}`,
    'x-amz-date': time,
    'x-amz-content-sha256': payload,
    ...raw.headers,
  }
  const names = Object.keys(headers).filter((name) => raw.unsigned?.includes(name) !== true)
  const signature = signatureOf(s3, raw, time, query, headers, names.sort(), payload)
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${raw.accessKeyId ?? s3.credentials.accessKeyId}/${scope(s3, raw, time)}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  if (raw.body !== undefined && headers['transfer-encoding'] === undefined) {
    headers['content-length'] ??= String(Buffer.byteLength(raw.body))
  }
  return { path: query === '' ? raw.path : `${raw.path}?${query}`, headers }
}

/** The path of a presigned URL, valid for `seconds`. */
export function presign(s3: S3Server, raw: RawRequest, seconds: number): string {
  const time = basicTime(raw.at ?? Date.now())
  const query = canonicalQuery({
    ...raw.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${raw.accessKeyId ?? s3.credentials.accessKeyId}/${scope(s3, raw, time)}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': 'host',
  })
  const headers = { host: `127.0.0.1:${s3.port}` }
  const signature = signatureOf(s3, raw, time, query, headers, ['host'], 'UNSIGNED-PAYLOAD')
  return `${raw.path}?${query}&X-Amz-Signature=${signature}`
}

function signatureOf(
  s3: S3Server,
  raw: RawRequest,
  time: string,
  query: string,
  headers: Record<string, string>,
  names: string[],
  payload: string,
): string {
  const lines = names.map((name) => `${name}:${headers[name]?.trim()}\n`).join('')
  const canonical = [raw.method, raw.path, query, lines, names.join(';'), payload].join('\n')
  const hashed = createHash('sha256').update(canonical, 'latin1').digest('hex')
  const toSign = ['AWS4-HMAC-SHA256', time, scope(s3, raw, time), hashed].join('\n')
  const [date = '', region = ''] = scope(s3, raw, time).split('/')
  let key: string | Buffer = `AWS4${raw.secretAccessKey ?? s3.credentials.secretAccessKey}`
  for (const part of [date, region, 's3', 'aws4_request']) key = createHmac('sha256', key).update(part).digest()
  return createHmac('sha256', key).update(toSign).digest('hex')
}

function scope(s3: S3Server, raw: RawRequest, time: string): string {
  return `${time.slice(0, 8)}/${raw.region ?? s3.region}/s3/aws4_request`
}

function canonicalQuery(query: Record<string, string>): string {
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
}

function sha256(body: string | Buffer): string {
  return createHash('sha256').update(body).digest('hex')
}

export function basicTime(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
