import type { FastifyReply, FastifyRequest } from 'fastify'
import { LONGEST_MS } from './sessions.ts'

/** As the guide names it. */
export const SESSION_COOKIE = 'session'
export const DEVICE_COOKIE = 'device'

const YEAR_S = 365 * 24 * 60 * 60

/** Lax: the browser that comes back from Google's consent page has it with it; no write of another site has. */
export function setSessionCookie(reply: FastifyReply, secret: string): void {
  set(reply, SESSION_COOKIE, secret, 'lax', LONGEST_MS / 1000)
}

export function clearSessionCookie(reply: FastifyReply): void {
  set(reply, SESSION_COOKIE, '', 'lax', 0)
}

export function setDeviceCookie(reply: FastifyReply, value: string): void {
  set(reply, DEVICE_COOKIE, value, 'strict', YEAR_S)
}

function set(reply: FastifyReply, name: string, value: string, sameSite: 'lax' | 'strict', maxAge: number): void {
  const secure = (reply.request as FastifyRequest).protocol === 'https'
  reply.setCookie(name, value, { path: '/', httpOnly: true, secure, sameSite, maxAge })
}
