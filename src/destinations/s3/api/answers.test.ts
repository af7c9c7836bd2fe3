import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { blob, bytesOf, exported, labelsOf } from '../../../../test/destinations/bytes.ts'
import { startS3Place } from '../../../../test/destinations/places.ts'
import type { Destination } from '../../../backup/model/destination.ts'
import { Fault } from '../../../backup/model/faults.ts'

/** Whatever a server answers is a fault of that destination: never an error of another kind, and never much memory. */

const MIB = 1024 * 1024
const signal = new AbortController().signal

/** A destination at a server that answers every request by `answer`. */
async function startAnswering(answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume()
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const place = await startS3Place({ destination: { endpoint: `http://127.0.0.1:${port}`, retryBaseMs: 1 } })
  return {
    destination: place.destination,
    [Symbol.asyncDispose]: async () => {
      await place[Symbol.asyncDispose]()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** How every call ends. */
function everyCall(destination: Destination): Promise<PromiseSettledResult<unknown>[]> {
  const from = { key: 'backup/a', versionId: null, size: 10, etag: 'abc' }
  return Promise.allSettled([
    destination.put('backup/a', blob(bytesOf(10)), labelsOf(), signal),
    destination.put('backup/b', blob(bytesOf(2 * MIB)), labelsOf(), signal),
    destination.put('backup/c', blob(bytesOf(9 * MIB)), labelsOf(), signal),
    destination.put('backup/d', exported(bytesOf(9 * MIB)), labelsOf(), signal),
    destination.can.copy(from, 'backup/e', null, signal),
    destination.can.copy(from, 'backup/f', labelsOf(), signal),
    destination.open(from, 0, signal),
    destination.head('backup/a', signal),
    destination.remove('backup/a', signal),
    destination.can.abandonUploads(new Set(), ['me'], signal),
    destination.can.keepsVersions(signal),
    destination.check(signal),
    (async () => {
      for await (const _ of destination.list('backup/', signal));
    })(),
  ])
}

const error = (code: string) => `<Error><Code>${code}</Code><Message>x</Message></Error>`
const objects = (inner: string) =>
  `<ListBucketResult><EncodingType>url</EncodingType><Contents>${inner}</Contents></ListBucketResult>`
const uploads = (inner: string) =>
  `<ListMultipartUploadsResult><EncodingType>url</EncodingType>${inner}</ListMultipartUploadsResult>`

const odd: [number, string, Record<string, string | string[]>?][] = [
  ...['constructor', 'toString', '__proto__', 'hasOwnProperty', ''].map((code): [number, string] => [400, error(code)]),
  [400, '<Error><__proto__>x</__proto__><constructor/></Error>'],
  [400, '<Error><Code><b/></Code></Error>'],
  [200, error('constructor')],
  [200, objects('<Key>%zz</Key><Size>1</Size>')],
  [200, objects('<Key>a</Key><Size>much</Size>')],
  [200, objects('<Key><b/></Key><Size>1</Size><ETag><b/></ETag>')],
  [200, uploads('<Upload><Key>%zz</Key><UploadId>1</UploadId></Upload>')],
  [200, uploads('<IsTruncated>true</IsTruncated><NextKeyMarker>%zz</NextKeyMarker>')],
  [200, '<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>'],
  [200, '<CopyObjectResult><ETag>"abc"</ETag></CopyObjectResult>'],
  [200, '<VersioningConfiguration><Status><b/></Status></VersioningConfiguration>'],
  [204, '', { etag: '"abc"', 'x-amz-version-id': ['a', 'b'] }],
  [403, '', { 'retry-after': ['a', 'b'], 'x-amz-bucket-region': '__proto__' }],
  [418, 'I am a teapot'],
  [503, error('__proto__'), { 'retry-after': '9'.repeat(500) }],
]

for (const [status, body, headers = {}] of odd) {
  test(`${status} ${body} ${JSON.stringify(headers).slice(0, 80)}`, async () => {
    await using place = await startAnswering((response) => response.writeHead(status, headers).end(body))
    for (const end of await everyCall(place.destination))
      if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(Fault)
  })
}

test('of a long refusal only the beginning is read, and its code is understood', async () => {
  await using place = await startS3Place()
  const message = 'long '.repeat(2 * MIB)
  place.server.faults.add({ fault: { kind: 'answer', status: 403, code: 'InvalidObjectState', message } })
  const ends = await everyCall(place.destination)
  const refused = ends.filter((end) => end.status === 'rejected')
  expect(refused).toHaveLength(ends.length - 1) // the self-test gives results
  for (const { reason } of refused) {
    const { code, detail, message: whole, cause } = reason as Fault
    expect(code).toBe('storage/archived')
    expect(detail).toMatch(/^InvalidObjectState: long long .{160,170}…$/)
    expect(detail).toHaveLength(200)
    expect(whole.length).toBeLessThan(1000)
    expect(JSON.stringify(cause).length).toBeLessThan(2000)
  }
})

test('a refusal without an end is closed soon', async () => {
  let open = 0
  let most = 0
  await using place = await startAnswering((response) => {
    open += 1
    response.writeHead(403, { 'content-type': 'application/xml' })
    response.write(`<Error><Code>AccessDenied</Code><Message>`)
    if (response.req.method === 'HEAD') response.end()
    let written = 0
    const timer = setInterval(() => {
      response.write('x'.repeat(10_000))
      written += 10_000
      most = Math.max(most, written)
    }, 5)
    response.on('close', () => {
      open -= 1
      clearInterval(timer)
    })
  })
  const ends = await everyCall(place.destination)
  expect(ends.filter((end) => end.status === 'rejected')).toHaveLength(ends.length - 2)
  while (open > 0) await new Promise((resolve) => setImmediate(resolve))
  expect(most).toBeLessThan(MIB)
})
