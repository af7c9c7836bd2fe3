import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import type { Fault as WireFault } from '../../../../emulator/s3/index.ts'
import { blob, bytesOf, collect, exported, labelsOf } from '../../../../test/destinations/bytes.ts'
import { type S3Place, startS3Place } from '../../../../test/destinations/places.ts'
import type { Destination, Payload } from '../../../backup/model/destination.ts'
import type { Fault, FaultCode } from '../../../backup/model/faults.ts'
import type { S3Options } from '../destination.ts'

/** What an operator meets when something is wrong: each has its own fault, and no secret is in its words. */

const MIB = 1024 * 1024
const signal = new AbortController().signal

async function faultOf(attempt: Promise<unknown>): Promise<Fault> {
  return (await attempt.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  )) as Fault
}

function put(destination: Destination, payload: Payload = blob(bytesOf(100)), key = 'backup/file') {
  return destination.put(key, payload, labelsOf(), signal)
}

async function expectNothing(place: S3Place): Promise<void> {
  expect((await place.server.objects('bucket')).map((object) => object.key)).toEqual([])
}

const wrongSettings: [string, Partial<S3Options>, FaultCode][] = [
  ['a wrong secret', { secretAccessKey: 'not-the-secret-but-still-secret' }, 'storage/credentials-refused'],
  ['an unknown access key', { accessKeyId: 'AKIAUNKNOWN000000000' }, 'storage/credentials-refused'],
  ['a missing bucket', { bucket: 'missing' }, 'storage/no-bucket'],
  ['another region', { region: 'eu-west-1' }, 'storage/wrong-region'],
  ['a clock an hour ahead', { now: () => Date.now() + 3_600_000 }, 'storage/clock-skew'],
  ['a port nobody listens on', { endpoint: 'http://127.0.0.1:1' }, 'storage/unreachable'],
  ['a host that does not exist', { endpoint: 'http://nowhere.invalid' }, 'storage/unreachable'],
  ['TLS where there is none', { endpoint: 'https' }, 'storage/unreachable'],
  ['an unknown storage class', { storageClass: 'COLD_AS_ICE' }, 'storage/setting-refused'],
]

for (const [what, wrong, code] of wrongSettings) {
  test(`${what}: ${code}`, async () => {
    await using right = await startS3Place()
    const endpoint = wrong.endpoint === 'https' ? right.server.url.replace('http', 'https') : right.server.url
    await using place = await startS3Place({
      destination: { endpoint, ...wrong, ...(wrong.endpoint === 'https' && { endpoint }) },
    })
    for (const payload of [blob(bytesOf(100)), blob(bytesOf(9 * MIB)), exported(bytesOf(100))]) {
      const fault = await faultOf(put(place.destination, payload))
      expect(fault.code).toBe(code)
      expect(fault.message).not.toContain('secret-but')
      expect(fault.message).not.toContain(right.server.credentials.secretAccessKey)
    }
    // A refused HEAD says nothing; a missing bucket looks like a missing key to it.
    if (code !== 'storage/no-bucket' && code !== 'storage/setting-refused') {
      expect((await faultOf(place.destination.head('backup/file', signal))).code).toBe(code)
    }
    await expectNothing(right)
  })
}

const wireFaults: [string, WireFault, FaultCode][] = [
  ['a full disk (MinIO)', { kind: 'disk-full', style: 'minio' }, 'storage/full'],
  ['a full disk (others)', { kind: 'disk-full', style: 'generic' }, 'storage/full'],
  ['a size limit in front of storage', { kind: 'answer', status: 413, body: 'html' }, 'storage/body-too-large'],
  ['an archived object', { kind: 'answer', status: 403, code: 'InvalidObjectState' }, 'storage/archived'],
  ['a code that objects inherit', { kind: 'answer', status: 400, code: 'constructor' }, 'storage/request-refused'],
  ['a used-up quota', { kind: 'answer', status: 403, code: 'QuotaExceeded' }, 'storage/full'],
  ['a sign-in page with status 200', { kind: 'answer', status: 200, body: 'html' }, 'storage/bad-answer'],
  ['a sign-in page with status 403', { kind: 'answer', status: 403, body: 'html' }, 'storage/bad-answer'],
  ['a redirect to a sign-in page', { kind: 'answer', status: 302, body: 'html' }, 'storage/bad-answer'],
  ['a gateway’s 502 in HTML', { kind: 'answer', status: 502, body: 'html' }, 'storage/unavailable'],
  ['status 200 and nothing else', { kind: 'answer', status: 200, body: 'none' }, 'storage/bad-answer'],
  ['a connection reset every time', { kind: 'reset' }, 'storage/unreachable'],
]

for (const [what, wireFault, code] of wireFaults) {
  test(`${what}: ${code}`, async () => {
    await using place = await startS3Place()
    const rule = place.server.faults.add({ fault: wireFault })
    for (const size of [100, 2 * MIB, 9 * MIB]) {
      expect((await faultOf(put(place.destination, blob(bytesOf(size))))).code).toBe(code)
    }
    const known = { key: 'backup/file', versionId: null, size: 100 }
    expect((await faultOf(place.destination.can.copy(known, 'backup/copy', null, signal))).code).toBe(code)
    rule.remove()
    await expectNothing(place)
    await put(place.destination)
  })
}

test('a server that does not speak HTTP: storage/bad-answer', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).end('220 ftp.example.org ready\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await using place = await startS3Place({ destination: { endpoint: `http://127.0.0.1:${port}` } })
  expect((await faultOf(put(place.destination))).code).toBe('storage/bad-answer')
  server.close()
})

test('a key that storage does not take: storage/key-refused, about that key', async () => {
  await using place = await startS3Place()
  const key = `backup/${'x'.repeat(1_100)}`
  expect(await faultOf(put(place.destination, blob(bytesOf(1)), key))).toMatchObject({
    code: 'storage/key-refused',
    subject: key,
  })
})

test('a missing right: storage/access-denied', async () => {
  await using place = await startS3Place()
  const { users, credentials } = place.server
  users.deny(credentials.accessKeyId, { action: 'put' })
  users.deny(credentials.accessKeyId, { action: 'delete' })
  expect((await faultOf(put(place.destination))).code).toBe('storage/access-denied')
  expect((await faultOf(place.destination.remove('backup/file', signal))).code).toBe('storage/access-denied')
})

test('bytes altered between us and storage are no edit in Drive: storage/checksum-refused', async () => {
  await using place = await startS3Place()
  place.server.faults.add({ fault: { kind: 'answer', status: 400, code: 'XAmzContentSHA256Mismatch' }, times: 1 })
  expect((await faultOf(put(place.destination))).code).toBe('storage/checksum-refused')
})

test('error messages may be empty', async () => {
  await using place = await startS3Place({
    server: { habits: { emptyMessages: true } },
    destination: { bucket: 'missing' },
  })
  expect(await faultOf(put(place.destination))).toMatchObject({ code: 'storage/no-bucket', detail: 'NoSuchBucket' })
})

test('a listing cut short is a fault, never a short listing', async () => {
  await using place = await startS3Place()
  for (const name of ['a', 'b', 'c']) await put(place.destination, blob(bytesOf(1)), `backup/${name}`)
  for (const fault of [{ kind: 'truncate' }, { kind: 'answer', status: 200, body: 'html' }] as const) {
    place.server.faults.add({ fault, match: { operation: 'ListObjectsV2' }, times: 1 })
    const found: string[] = []
    const listing = (async () => {
      for await (const { key } of place.destination.list('backup/', signal)) found.push(key)
    })()
    expect((await faultOf(listing)).code).toBe('storage/bad-answer')
    expect(found).toEqual([])
  }
})

test('a download that breaks off is a fault, never a short file', async () => {
  await using place = await startS3Place()
  await put(place.destination, blob(bytesOf(MIB)))
  place.server.faults.add({ fault: { kind: 'reset', at: 'response-body' }, match: { operation: 'GetObject' } })
  const source = await place.destination.open({ key: 'backup/file', versionId: null, size: MIB }, 0, signal)
  expect((await faultOf(collect(source))).code).toBe('storage/unreachable')
})

test('an endpoint that is no URL, or missing, is said so at once', async () => {
  for (const [endpoint, type] of [
    ['not a url', null],
    ['ftp://host', null],
    [null, 'minio'],
  ] as const) {
    await expect(startS3Place({ destination: { endpoint, type } })).rejects.toMatchObject({
      code: 'storage/bad-answer',
    })
  }
})
