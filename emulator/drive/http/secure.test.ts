import { type ClientRequest, request } from 'node:http'
import { get } from 'node:https'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Secure, startSecure } from './secure.ts'
import { GOOGLE_HOSTS } from './tls.ts'

let secure: Secure

beforeAll(async () => {
  secure = await startSecure((incoming, response) => response.end(`${incoming.headers.host} ${incoming.url}`))
})

afterAll(() => secure.close())

/** Asks the proxy for a tunnel, as rclone does. */
function tunnel(target: string): Promise<{ status: number | undefined; socket: Socket }> {
  const { hostname, port } = new URL(secure.proxyUrl)
  const asked: ClientRequest = request({ host: hostname, port, method: 'CONNECT', path: target })
  return new Promise((resolve, reject) => {
    asked.once('connect', (response, socket) => resolve({ status: response.statusCode, socket }))
    asked.once('error', reject)
    asked.end()
  })
}

test('the HTTPS address is trusted through the CA, and only through it', async () => {
  const body = await new Promise<string>((resolve, reject) => {
    get(`${secure.url}/a`, { ca: secure.ca }, (response) => resolve(text(response))).once('error', reject)
  })
  expect(body).toBe(`${new URL(secure.url).host} /a`)
  const refused = new Promise((resolve) => get(secure.url).once('error', (error) => resolve(error.message)))
  expect(await refused).toMatch(/certificate/)
})

test.each(GOOGLE_HOSTS)('the proxy ends the TLS of %s itself', async (host) => {
  const { status, socket } = await tunnel(`${host}:443`)
  expect(status).toBe(200)
  const encrypted = connect({ socket, servername: host, ca: secure.ca })
  encrypted.end(`GET /drive HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  expect(await text(encrypted)).toContain(`${host} /drive`)
})

test('the proxy reaches nothing else', async () => {
  const { status, socket } = await tunnel('example.com:443')
  expect(status).toBe(502)
  socket.destroy()
  expect((await fetch(secure.proxyUrl)).status).toBe(405)
})
