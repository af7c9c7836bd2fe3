import { createServer, type Server } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { GOOGLE_HOSTS } from './tls.ts'

export type Proxy = {
  /** For a client's `HTTPS_PROXY`. */
  url: string
  close(): Promise<void>
}

/**
 * Starts a proxy on loopback that answers `CONNECT www.googleapis.com:443` itself.
 *
 * rclone has no setting for Drive's address, and uploads of the official client ignore theirs. Both honour `HTTPS_PROXY`, so the
 * proxy hands the tunnel to the emulator's own HTTPS server instead of opening a connection to Google. Any other host is refused:
 * nothing that is pointed here ever leaves the machine.
 */
export async function startProxy(origin: HttpsServer, port = 0): Promise<Proxy> {
  const tunnels = new Set<Socket>()
  const server = createServer((_request, response) => {
    response.writeHead(405, { 'Content-Type': 'text/plain' })
    response.end('This proxy only tunnels (CONNECT) to the Google hosts that the Drive emulator plays.\n')
  })
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    tunnels.add(socket)
    socket.once('close', () => tunnels.delete(socket))
    socket.on('error', () => socket.destroy()) // a client that goes away mid-handshake is nobody's fault
    const host = (request.url ?? '').replace(/:443$/, '')
    if (!GOOGLE_HOSTS.includes(host)) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    origin.emit('connection', socket)
  })
  await listen(server, port)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of tunnels) socket.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
}
