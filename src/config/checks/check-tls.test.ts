import { generateKeyPairSync } from 'node:crypto'
import { generate } from 'selfsigned'
import { expect, test } from 'vitest'
import { DESTINATION, Scratch, SOURCE } from '../scratch.ts'

const daemon = (lines: string) => `${SOURCE}${DESTINATION}daemon: { ${lines} }\n`

test('a certificate and its key are taken relative to the file', async () => {
  using scratch = new Scratch()
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }])
  const files = { certFile: scratch.write('tls/cert.pem', cert), keyFile: scratch.write('tls/key.pem', key) }
  const text = daemon(
    "tls: { cert: tls/cert.pem, key: tls/key.pem }, trusted_proxies: [127.0.0.1, '10.0.0.0/8', '::1']",
  )
  expect(scratch.complaints(text)).toEqual([])
  expect(scratch.load(text).daemon).toMatchObject({ tls: files, trustedProxies: ['127.0.0.1', '10.0.0.0/8', '::1'] })
})

test('what cannot be used as a certificate is said, without a word of what the file holds', async () => {
  using scratch = new Scratch()
  const { cert } = await generate([{ name: 'commonName', value: 'localhost' }])
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  scratch.write('cert.pem', cert)
  scratch.write('other.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }))
  scratch.write('text', 'canary')
  const said = (tls: string) => scratch.complaints(daemon(`tls: { ${tls} }`)).join()
  expect(said('cert: cert.pem')).toContain('daemon.tls.key: is missing, while cert is set. Set both, or neither.')
  expect(said('cert: gone.pem, key: other.pem')).toContain('daemon.tls.cert: names DIR/gone.pem, which does not exist.')
  expect(said('cert: text, key: other.pem')).toContain('which is not a certificate in PEM form')
  expect(said('cert: cert.pem, key: text')).toContain('which is not an unencrypted private key in PEM form')
  expect(said('cert: cert.pem, key: text')).not.toContain('canary')
  expect(said('cert: cert.pem, key: other.pem')).toContain('daemon.tls.key: does not belong to the certificate.')
})

test.each(['proxy.example.com', '10.0.0.0/33', '10.0.0.0/8/8', '::1/129'])('%s is no trusted proxy', (address) => {
  using scratch = new Scratch()
  expect(scratch.complaints(daemon(`trusted_proxies: ['${address}']`)).join()).toContain(
    'must be an IP address or a range such as 10.0.0.0/8',
  )
})
