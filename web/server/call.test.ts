import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { address, CallError, call } from './call.ts'

test('an address omits what is not set, and escapes the rest', () => {
  expect(address('/api/files')).toBe('/api/files')
  expect(address('/api/files', { search: undefined })).toBe('/api/files')
  expect(address('/api/files', { search: 'a & b', limit: 5 })).toBe('/api/files?search=a+%26+b&limit=5')
})

test('a refusal has the server’s words, and a broken connection says what to check', async () => {
  const problem = { type: 'about:blank', title: 'Conflict', status: 409, detail: 'It is running already.' }
  const server = createServer((request, response) => {
    if (request.url === '/refused') response.writeHead(409).end(JSON.stringify(problem))
    else if (request.url === '/proxy') response.writeHead(502).end('<html>bad gateway</html>')
    else response.end('{"state":"running"}')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const failure = (path: string) =>
    call('POST', `${at}${path}`, undefined).catch((error: unknown) => error as CallError)
  try {
    expect(await call('POST', `${at}/`, { a: 1 })).toEqual({ state: 'running' })
    expect(await failure('/refused')).toMatchObject({ status: 409, message: 'It is running already.', problem })
    expect(await failure('/proxy')).toMatchObject({ status: 502, raw: '<html>bad gateway</html>', problem: null })
  } finally {
    await new Promise((done) => server.close(done))
  }
  const gone = await failure('/')
  expect(gone).toBeInstanceOf(CallError)
  expect(gone).toMatchObject({ status: 0 })
})
