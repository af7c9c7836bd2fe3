import { isIP } from 'node:net'

/** What a request says of where it comes from, as far as browsers tell it. */
export interface Provenance {
  method: string
  /** The header Host, or what a trusted proxy says it was. */
  host: string
  origin: string | undefined
  fetchSite: string | undefined
}

const READING = ['GET', 'HEAD', 'OPTIONS']

/**
 * Whether a request may change something. A browser says of every write where the page comes from that sends it: it must be
 * a page of ours, since the browser adds our cookie also for others. A program that is no browser says neither.
 */
export function sameOrigin({ method, host, origin, fetchSite }: Provenance): boolean {
  if (READING.includes(method)) return true
  // The browser's own judgement, which no page can change. It is sent over https and to this machine only.
  if (fetchSite !== undefined) return fetchSite === 'same-origin' || fetchSite === 'none'
  if (origin === undefined) return true
  // Not the scheme: a proxy that ends https may be unknown to us.
  const sender = URL.parse(origin)
  return sender !== null && /^https?:$/.test(sender.protocol) && sender.host === withoutDefaultPort(host, sender)
}

function withoutDefaultPort(host: string, { protocol }: URL): string {
  return URL.parse(`${protocol}//${host}`)?.host ?? ''
}

/** Whether a header Host can be one: a name or an address, and a port. */
export function isHost(host: string): boolean {
  return /^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/.test(host)
}

/**
 * Whether a server that listens for this machine alone is meant. A page of somebody else's may lead its own name to
 * 127.0.0.1 (DNS rebinding) and would then count as ours.
 */
export function namesThisMachine(host: string): boolean {
  const name = (URL.parse(`http://${host}`)?.hostname ?? '').toLowerCase().replace(/\.$/, '')
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name.replace(/^\[|\]$/g, '')) !== 0
}

/** Whether an address to listen on can be reached from this machine alone. */
export function isLoopback(address: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(address)
}

/** An address as people write it: IPv4 within IPv6 without its wrapping. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
