import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Written } from '../schema/schema.ts'
import type { Complaints } from './complaints.ts'

const at = (key: string) => ['daemon', 'tls', key]

/** What the schema cannot see of `daemon.tls`: whether both files are there, and belong together. */
export function checkTls(
  { cert, key }: Written['daemon']['tls'],
  folder: (path: string) => string,
  complaints: Complaints,
) {
  if (cert === null && key === null) return
  if (cert === null || key === null) {
    const [missing, present] = cert === null ? ['cert', 'key'] : ['key', 'cert']
    complaints.add(at(missing), `is missing, while ${present} is set`, 'Set both, or neither.')
    return
  }
  const certificate = parse(folder(cert), (pem) => new X509Certificate(pem), 'a certificate in PEM form')
  const privateKey = parse(folder(key), createPrivateKey, 'an unencrypted private key in PEM form')
  if (typeof certificate === 'string') complaints.add(at('cert'), certificate, 'Name the PEM file of the certificate.')
  if (typeof privateKey === 'string') complaints.add(at('key'), privateKey, 'Name the PEM file of its private key.')
  if (typeof certificate === 'string' || typeof privateKey === 'string') return
  if (certificate.checkPrivateKey(privateKey)) return
  complaints.add(
    at('key'),
    'does not belong to the certificate',
    'Name the private key that the certificate was made for.',
  )
}

/** What a file holds; a text: why it cannot be used. Nothing of the file itself is repeated. */
function parse<Parsed>(file: string, read: (pem: Buffer) => Parsed, wanted: string): Parsed | string {
  let pem: Buffer
  try {
    pem = readFileSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return `names ${file}, which does not exist`
    return `names ${file}, which cannot be read (${code ?? 'unknown error'})`
  }
  try {
    return read(pem)
  } catch {
    return `names ${file}, which is not ${wanted}`
  }
}
