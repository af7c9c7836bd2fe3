import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { ROUTES } from '../contract/index.ts'
import type { Problem } from '../contract/route.ts'
import { addHeaders } from './guard-requests.ts'
import { PROBLEM_TYPE, problemOf, problemOfError } from './problem.ts'

/** For an address that cannot be read, and so belongs to no route. */
export function refuseAddress(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  addHeaders(request, reply)
  const known = problemOfError(error, { limit: 0, machineFault: () => null })
  send(reply, known ?? problemOf(400, 'This address cannot be read.'))
}

/** Answers everything that goes wrong with problem details. */
export function answerProblems(
  app: FastifyInstance,
  { log, machineFault }: { log: Logger; machineFault: (error: unknown) => string | null },
): void {
  app.setErrorHandler((error, request, reply) => {
    const limit = request.routeOptions.bodyLimit
    const problem = problemOfError(error, { limit, machineFault })
    if (problem !== null && problem.status < 500) return send(reply, problem)
    const about = { err: error, request: request.id, method: request.method, route: request.routeOptions.url }
    if (problem !== null) {
      log.error(about, `the dashboard could not answer: ${problem.detail}`)
      return send(reply, problem)
    }
    log.error(about, 'a call of the API met a defect of Drivekeep; please report it')
    const where = `It stands in the log as request ${request.id}; please report it.`
    return send(reply, problemOf(500, `Drivekeep met a defect of its own. ${where}`))
  })
}

export function send(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, retry_after: retryAfter } = problem
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="Drivekeep"')
  // Bytes, since Fastify would shape an object by the schema of the answer, and has none for every status.
  return reply
    .status(status)
    .type(PROBLEM_TYPE)
    .send(Buffer.from(JSON.stringify(problem)))
}

/** What is at this address for other methods, or that there is nothing. */
export function problemOfAddress(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?')[0] ?? ''
  const allowed = methodsAt(path)
  if (allowed.length === 0) return send(reply, problemOf(404, 'There is nothing at this address.'))
  reply.header('allow', allowed.join(', '))
  return send(reply, problemOf(405, `This address takes ${allowed.join(', ')}, and not ${request.method}.`))
}

const PATTERNS = ROUTES.map(({ route: { method, path } }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`),
}))

function methodsAt(path: string): string[] {
  return [...new Set(PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))]
}

const OF_CONNECTION: Record<string, [status: number, detail: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not come in time.'],
  HPE_HEADER_OVERFLOW: [431, 'The head of the request is too large.'],
}

/** For what is no request, or not yet: there is nobody but the socket to answer to. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, detail] = OF_CONNECTION[error.code ?? ''] ?? [400, 'This is not a request that HTTP/1.1 knows.']
  const body = JSON.stringify(problemOf(status, detail))
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${PROBLEM_TYPE}\r\n`
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`)
}
