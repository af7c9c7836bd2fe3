import { STATUS_CODES } from 'node:http'
import type { Problem } from '../contract/route.ts'
import { Refusal } from './handler.ts'
import { Misunderstood } from './route-schema.ts'

/** What a request that went wrong is answered with, as RFC 9457 has it. */
export function problemOf(status: number, detail: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...more }
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Refusals of Fastify's own, by code: what happened and what to do. `limit`: bytes. */
const OF_FASTIFY: Record<string, [status: number, detail: (limit: number) => string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, (limit) => `The body is too large: at most ${limit} bytes are taken here.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    () => 'A body is taken as JSON only: send it with Content-Type: application/json.',
  ],
  FST_ERR_CTP_EMPTY_TYPE: [415, () => 'A body is taken as JSON only: send it with Content-Type: application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, () => 'The body is not as long as Content-Length says.'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, () => 'The body is not JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, () => 'The body is empty, and JSON is needed.'],
  FST_ERR_BAD_URL: [400, () => 'The address is not encoded as an address has to be.'],
  FST_ERR_MAX_PARAM_LENGTH: [414, () => 'A part of the address is too long.'],
  FST_ERR_NOT_FOUND: [404, () => 'There is nothing at this address.'],
}

/**
 * The problem that an error means for the caller; null: it is a defect of ours, of which the caller learns nothing.
 * `machineFault` says in words what is wrong with this machine, where an error comes from it.
 */
export function problemOfError(
  error: unknown,
  { limit, machineFault }: { limit: number; machineFault: (error: unknown) => string | null },
): Problem | null {
  if (error instanceof Refusal) {
    return problemOf(error.status, error.message, {
      ...(error.errors.length > 0 ? { errors: error.errors } : {}),
      ...(error.retryAfter === null ? {} : { retry_after: error.retryAfter }),
    })
  }
  if (error instanceof Misunderstood) {
    const { errors } = error
    return problemOf(400, `This was not understood: ${errors.map(said).join('; ')}.`, { errors })
  }
  const words = machineFault(error)
  if (words !== null) return problemOf(503, words)
  if (!(error instanceof Error)) return null
  const known = 'code' in error ? OF_FASTIFY[String(error.code)] : undefined
  if (known !== undefined) return problemOf(known[0], known[1](limit))
  // What the JSON parser says has no code of its own.
  if (error instanceof SyntaxError && 'statusCode' in error && error.statusCode === 400) {
    return problemOf(400, `The body is not JSON that can be taken: ${error.message}.`)
  }
  return null
}

const said = ({ field, message }: { field: string; message: string }) =>
  field === '' ? message : `${field}: ${message}`
