import { connect } from 'node:net'

/** Writes bytes to a server piece by piece, as no HTTP client would, and gives all that comes back until it closes. */
export async function onTheWire(port: number, pieces: (string | (() => Promise<void>))[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => {}) // the server may close first, which is what some tests are about
  for (const piece of pieces) {
    if (typeof piece === 'string') socket.write(piece)
    else await piece()
  }
  await closed
  return answer
}
