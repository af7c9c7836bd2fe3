import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { startDrive } from '../../emulator/drive/index.ts'
import { tlsFailure } from './tls-failure.ts'

/** What is said of an attempt to speak TLS there. */
async function said(url: string, options: { ca?: string; servername?: string } = {}): Promise<string | null> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), ...options })
  const [error] = await once(socket, 'error')
  return tlsFailure(error)
}

test('a certificate that nobody here trusts is named, with how to trust it', async () => {
  await using drive = await startDrive({ https: true })
  expect(await said(drive.secure?.url ?? '')).toMatch(
    /^this machine does not trust its certificate: [^;]*\. To trust it, .*NODE_EXTRA_CA_CERTS.*NODE_USE_SYSTEM_CA=1/,
  )
})

test('a certificate for another name is said to be that', async () => {
  await using drive = await startDrive({ https: true })
  const { url, ca } = drive.secure ?? { url: '', ca: '' }
  expect(await said(url, { ca, servername: 'drive.test' })).toMatch(
    /^its certificate is for another name: Host: drive\.test\. is not in the cert's altnames: DNS:/,
  )
})

test('a server that speaks http is said to do that, on one line', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await said(`https://127.0.0.1:${port}`)).toBe('it speaks http there, not https: correct the address')
  server.close()
})

test('what else goes wrong with TLS is said in OpenSSL’s reason, and other errors are none of it', () => {
  const tls = Object.assign(new Error('403D:error:0A000410\n'), { code: 'ERR_SSL_X', reason: 'handshake failure' })
  expect(tlsFailure(tls)).toBe('no https with it: handshake failure')
  expect(tlsFailure(Object.assign(new Error(), { code: 'CERT_HAS_EXPIRED' }))).toMatch(/has expired: renew it/)
  expect(tlsFailure(Object.assign(new Error(), { code: 'ECONNREFUSED' }))).toBeNull()
  expect(tlsFailure(new Error('without a code'))).toBeNull()
})
