import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Authenticator } from './auth/authenticate.ts'
import type { Users } from './auth/users.ts'
import { Incoming } from './body/incoming.ts'
import { ClientGone, S3Error } from './errors.ts'
import { Call, type Reply, type Service } from './operations/call.ts'
import { type OperationName, operation, operationName } from './operations/route.ts'
import { parseRequest, type S3Request } from './request.ts'
import type { LoggedRequest, RequestLog } from './request-log.ts'
import { breakOff, requestDisturbance } from './wire/disturb.ts'
import type { Fault } from './wire/fault.ts'
import { faultReply, htmlReply } from './wire/fault-reply.ts'
import type { Faults } from './wire/faults.ts'
import { type Envelope, errorReply, send } from './wire/send.ts'

export interface ServeParts {
  service: Service
  users: Users
  faults: Faults
  requests: RequestLog
  /** Ms that every request waits before anything is done. */
  latency(): number
}

/** An answer, and the error's code for the log. */
interface Outcome {
  reply: Reply
  code: string
}

/** Makes the function that serves one request of the S3 API: understand, disturb, authenticate, do, answer. */
export function createHandler(parts: ServeParts): (http: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { service, users, faults, requests } = parts
  const authenticator = new Authenticator(users, service.region, () => service.now())
  const date = httpDates()
  let served = 0

  return async (http, response) => {
    served++
    const requestId = served.toString(16).toUpperCase().padStart(16, '0')
    const now = service.now()
    const envelope: Envelope = { requestId, date: date(now), isHead: http.method === 'HEAD' }
    response.sendDate = false
    const entry: LoggedRequest = {
      at: now,
      operation: 'Unknown',
      method: http.method ?? '',
      bucket: null,
      key: null,
      status: 0,
      code: '',
    }
    const request = understand(http, entry)
    requests.begin(entry)
    if (parts.latency() > 0) await delay(parts.latency())
    if (request instanceof S3Error) {
      const reply = errorReply(request, http.url ?? '', requestId, service.habits.emptyMessages)
      requests.end(entry, reply.status, request.code)
      return send(response, reply, null, envelope)
    }
    const fault = faults.strike(request, entry.operation)
    try {
      if ((fault?.kind === 'reset' || fault?.kind === 'stall') && (fault.at ?? 'before-answer') === 'before-answer') {
        requests.end(entry, 0, fault.kind)
        return await breakOff(fault.kind, response)
      }
      const { reply, code } = await answer(request, entry.operation, fault, response, requestId)
      if (fault?.kind === 'lost-reply') requests.end(entry, 0, fault.kind)
      else requests.end(entry, reply.status, code)
      if (!http.complete && http.headers.expect !== undefined) response.setHeader('Connection', 'close')
      await send(response, reply, fault, envelope)
    } catch (error) {
      // Amid the answer the status was sent and counted already.
      if (!response.headersSent) requests.end(entry, 0, 'client gone')
      if (!(error instanceof ClientGone)) process.stderr.write(`${(error as Error).stack}\n`)
      response.destroy()
    }
  }

  async function answer(
    request: S3Request,
    name: OperationName,
    fault: Fault | null,
    response: ServerResponse,
    requestId: string,
  ): Promise<Outcome> {
    const { habits } = service
    try {
      if (habits.slowDownEvery > 0 && requests.total % habits.slowDownEvery === 0) throw new S3Error('SlowDown')
      const instead = fault === null ? null : faultReply(fault, request.rawPath, requestId)
      if (fault?.kind === 'disk-full') await new Incoming(request.http, response, null).each(() => {})
      if (instead !== null) return { reply: instead, code: 'fault' }
      if (Number(request.headers['content-length'] ?? 0) > service.limits.maxRequestBody) {
        return { reply: htmlReply(413, 'Request Entity Too Large'), code: 'RequestEntityTooLarge' }
      }
      const identity = authenticator.authenticate(request)
      const { action, run } = operation(name)
      // Each key of DeleteObjects is asked for on its own, so that one may be denied and the next deleted.
      const key = request.key ?? request.query.get('prefix') ?? null
      if (name !== 'DeleteObjects') identity.user.require(action, request.bucket, key)
      const incoming = new Incoming(request.http, response, requestDisturbance(fault, request.http, response))
      const reply = await run(new Call(request, identity, service, incoming, fault?.kind === 'alter-stored'))
      return { reply, code: '' }
    } catch (error) {
      if (error instanceof ClientGone) throw error
      const known = error instanceof S3Error ? error : new S3Error('InternalError')
      if (known !== error) process.stderr.write(`${(error as Error).stack}\n`)
      return { reply: errorReply(known, request.rawPath, requestId, habits.emptyMessages), code: known.code }
    }
  }
}

function understand(
  http: IncomingMessage,
  entry: { -readonly [name in keyof LoggedRequest]: LoggedRequest[name] },
): S3Request | S3Error {
  try {
    const request = parseRequest(http)
    entry.bucket = request.bucket
    entry.key = request.key
    entry.operation = operationName(request)
    return request
  } catch (error) {
    if (error instanceof S3Error) return error
    throw error
  }
}

/** HTTP dates, made once a second. */
function httpDates(): (now: number) => string {
  let second = Number.NaN
  let text = ''
  return (now) => {
    const current = Math.floor(now / 1000)
    if (current !== second) {
      second = current
      text = new Date(now).toUTCString()
    }
    return text
  }
}
