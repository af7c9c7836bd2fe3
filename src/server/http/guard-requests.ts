import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bearerToken } from '../access/callers.ts'
import { Refusal } from './handler.ts'
import { isHost, isLoopback, namesThisMachine, sameOrigin } from './origin.ts'
import { securityHeaders } from './security-headers.ts'

/** What holds for every request, whatever it asks for: the headers of the answer, and from where it may come. */
export function guardRequests(
  app: FastifyInstance,
  { host: listensOn, trustedProxies }: { host: string; trustedProxies: readonly string[] },
): void {
  const forThisMachineAlone = isLoopback(listensOn) && trustedProxies.length === 0
  app.addHook('onRequest', async (request, reply) => {
    const { host } = request
    addHeaders(request, reply)
    if (!isHost(host)) throw new Refusal(400, 'The header Host is not the name of a host.')
    if (forThisMachineAlone && !namesThisMachine(host)) {
      throw new Refusal(
        421,
        'Drivekeep listens for this machine alone, and is called by another name here. Open it as localhost; behind a proxy, put its address into daemon.trusted_proxies.',
      )
    }
    const { origin, 'sec-fetch-site': fetchSite, authorization } = request.headers
    // A token is sent by whoever has it, and never by a browser on its own.
    if (bearerToken(authorization) !== null) return
    if (!sameOrigin({ method: request.method, host, origin, fetchSite: fetchSite as string | undefined })) {
      throw new Refusal(
        403,
        'This came from a page of another site, and only pages of Drivekeep may change something here. Behind a proxy that gives Drivekeep another name, put its address into daemon.trusted_proxies.',
      )
    }
  })
}

/** On the raw answer, so that handlers that take it over, as event streams do, have them too. */
export function addHeaders({ protocol, host, url }: FastifyRequest, reply: FastifyReply): void {
  const headers = securityHeaders({ secure: protocol === 'https', host })
  for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value)
  if (url.startsWith('/api/')) reply.raw.setHeader('cache-control', 'no-store')
}
