import { createConnection, createServer, type Server, type Socket } from 'node:net'

/** A way to a server that can be cut and mended, as when the server is down: its port refuses connections meanwhile. */
export class Relay implements AsyncDisposable {
  readonly url: string
  readonly #port: number
  #target: number
  readonly #sockets = new Set<Socket>()
  #server: Server

  private constructor(server: Server, port: number, target: number) {
    this.#server = server
    this.#port = port
    this.#target = target
    this.url = `http://127.0.0.1:${port}`
    server.on('connection', (socket) => this.#join(socket))
  }

  static async to(url: string): Promise<Relay> {
    const server = createServer()
    const port = await listen(server, 0)
    return new Relay(server, port, portOf(url))
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  /** `to`: another server is there now. */
  async mend(to?: string): Promise<void> {
    if (to !== undefined) this.#target = portOf(to)
    this.#server = createServer((socket) => this.#join(socket))
    await listen(this.#server, this.#port)
  }

  #join(socket: Socket): void {
    const onward = createConnection(this.#target, '127.0.0.1')
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.cut()
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
