import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { pino } from 'pino'
import { generate } from 'selfsigned'
import { expect, test } from 'vitest'
import { TestServer } from '../../../test/server/start.ts'
import { CertificateFiles } from './certificate-files.ts'

test('a renewed certificate is in use for new connections, and half a renewal changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drivekeep-tls-'))
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
  const logged: string[] = []
  let writings = 0
  const write = (file: string, pem: string) => {
    writeFileSync(file, pem)
    writings += 1
    utimesSync(file, writings, writings) // two writings may fall into one tick of the disk's clock
  }
  const made = (name: string) => generate([{ name: 'commonName', value: name }])
  const [first, second] = [await made('first'), await made('second')]
  write(files.certFile, first.cert)
  write(files.keyFile, first.private)
  const certificate = new CertificateFiles(files, pino({}, { write: (line: string) => void logged.push(line) }))
  await using server = await TestServer.start({ tls: certificate.read() })
  const look = () => certificate.look(server.running.renewCertificate)

  expect(await nameAt(server.port)).toBe('first')
  look()
  expect(logged).toEqual([])
  write(files.certFile, second.cert)
  look()
  expect(logged.join()).toContain('the old one stays')
  expect(await nameAt(server.port)).toBe('first')
  write(files.keyFile, second.private)
  look()
  expect(logged.at(-1)).toContain('the renewed certificate is in use')
  expect(await nameAt(server.port)).toBe('second')
  rmSync(folder, { recursive: true })
})

/** Whom the server says it is. */
function nameAt(port: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.once('error', reject)
  })
}
