import { createServer } from 'node:net'
import { request } from 'undici'
import { expect, test } from 'vitest'
import { ExchangeTimeout, networkFailure } from './network-failure.ts'

/** The error of a request to a server that does this with each connection. */
async function errorFrom(serve: (socket: import('node:net').Socket) => void): Promise<unknown> {
  const server = createServer(serve).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  try {
    const { body } = await request(`http://127.0.0.1:${port}/`)
    return await body.text()
  } catch (error) {
    return error
  } finally {
    server.close()
  }
}

test('what happens to a connection is told apart from what is no HTTP', async () => {
  const closed = await errorFrom((socket) => socket.destroy())
  expect(networkFailure(closed)).toMatchObject({ what: 'unreachable' })
  const short = await errorFrom((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfew'))
  expect(networkFailure(short)).toMatchObject({ what: 'unreachable' })
  const other = await errorFrom((socket) => socket.end('SSH-2.0-OpenSSH\r\n'))
  expect(networkFailure(other)).toMatchObject({ what: 'not-http', detail: expect.stringContaining('not HTTP') })
  const refused = await request('http://127.0.0.1:1/').catch((error: unknown) => error)
  expect(networkFailure(refused)).toMatchObject({
    what: 'unreachable',
    detail: expect.stringContaining('ECONNREFUSED'),
  })
  expect(networkFailure(new ExchangeTimeout('no answer within 3 s'))?.detail).toBe('no answer within 3 s')
})

test('a defect of ours and the end of a client are no failures of the network', () => {
  const error = (code: string) => Object.assign(new Error('words'), { code })
  for (const code of [
    'UND_ERR_INVALID_ARG',
    'UND_ERR_DESTROYED',
    'UND_ERR_CLOSED',
    'ERR_INVALID_ARG_TYPE',
    '__proto__',
  ])
    expect(networkFailure(error(code))).toBeNull()
  for (const not of [new TypeError('x is not a function'), 'text', null, undefined])
    expect(networkFailure(not)).toBeNull()
})
