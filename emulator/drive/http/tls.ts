import { X509Certificate } from 'node:crypto'
import { generate } from 'selfsigned'

/** The names under which clients with fixed addresses, such as rclone, expect Google. */
export const GOOGLE_HOSTS = ['www.googleapis.com', 'oauth2.googleapis.com', 'docs.google.com', 'accounts.google.com']

export type Certificates = {
  /** What a client must trust, as PEM: a CA that lives only as long as the emulator does. */
  ca: string
  /** The server's certificate and key, as PEM, for `https.createServer`. */
  cert: string
  key: string
}

const DAY = 24 * 60 * 60 * 1000

/**
 * Makes a private CA and a server certificate for Google's hosts and for loopback.
 *
 * Nothing is kept on disk, so no test machine ends up trusting a key that lies in a repository. The dates reach back a day,
 * because a container's clock may lag behind.
 */
export async function makeCertificates(now: number = Date.now()): Promise<Certificates> {
  const validity = { notBeforeDate: new Date(now - DAY), notAfterDate: new Date(now + 365 * DAY) }
  const kind = { keyType: 'ec', algorithm: 'sha256' } as const
  const ca = await generate([{ name: 'commonName', value: 'Drive emulator CA' }], {
    ...validity,
    ...kind,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const server = await generate([{ name: 'commonName', value: 'www.googleapis.com' }], {
    ...validity,
    ...kind,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...[...GOOGLE_HOSTS, 'localhost'].map((value) => ({ type: 2, value }) as const),
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  if (!new X509Certificate(server.cert).verify(new X509Certificate(ca.cert).publicKey)) {
    throw new Error('the emulator made a server certificate that its own CA did not sign')
  }
  return { ca: ca.cert, cert: server.cert, key: server.private }
}
