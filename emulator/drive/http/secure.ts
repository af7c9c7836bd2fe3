import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { startProxy } from './proxy.ts'
import { makeCertificates } from './tls.ts'

export type Secure = {
  /** The emulator over HTTPS, by its own address: `https://127.0.0.1:…`. */
  url: string
  /** For `HTTPS_PROXY` of clients that insist on Google's addresses. */
  proxyUrl: string
  /** The CA to trust, as PEM: rclone's `--ca-cert`, node's `NODE_EXTRA_CA_CERTS`. */
  ca: string
  close(): Promise<void>
}

/** Serves the same emulator over TLS, on an address of its own and behind a proxy that stands in for Google's hosts. */
export async function startSecure(
  handle: RequestListener,
  ports: { https?: number; proxy?: number } = {},
): Promise<Secure> {
  const { ca, cert, key } = await makeCertificates()
  const server = createServer({ cert, key, keepAliveTimeout: 600_000, requestTimeout: 0, headersTimeout: 0 }, handle)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(ports.https ?? 0, '127.0.0.1', resolve)
  })
  const proxy = await startProxy(server, ports.proxy)
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    proxyUrl: proxy.url,
    ca,
    async close() {
      await proxy.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
