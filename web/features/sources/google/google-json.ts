/** What somebody pasted or dropped as "the JSON from Google", told apart before it is sent, so that a mix-up is named. */
export type GoogleJson =
  | { kind: 'empty' }
  | { kind: 'unreadable' }
  | { kind: 'client'; app: 'web' | 'desktop'; clientId: string; redirectUris: string[] | null }
  | { kind: 'service-account'; email: string; clientId: string }
  | { kind: 'other'; what: string }

export function readGoogleJson(text: string): GoogleJson {
  if (text.trim() === '') return { kind: 'empty' }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'unreadable' }
  }
  const top = fields(value)
  if (top.type === 'service_account') {
    return { kind: 'service-account', email: words(top.client_email), clientId: words(top.client_id) }
  }
  for (const [key, app] of [
    ['web', 'web'],
    ['installed', 'desktop'],
  ] as const) {
    const client = fields(top[key])
    if (typeof client.client_id !== 'string') continue
    const uris = client.redirect_uris
    return {
      kind: 'client',
      app,
      clientId: client.client_id,
      redirectUris: Array.isArray(uris) ? uris.map(words) : null,
    }
  }
  if (top.type === 'authorized_user') return { kind: 'other', what: 'the sign-in of the gcloud program' }
  return { kind: 'other', what: 'something else' }
}

/** A sentence on why it cannot be the JSON that is wanted; null: it can, or there is nothing yet. */
export function whyNot(wanted: 'client' | 'service-account', found: GoogleJson): string | null {
  if (found.kind === 'empty' || found.kind === wanted) return null
  switch (found.kind) {
    case 'unreadable':
      return 'This is not complete JSON. Paste the whole file, from the first { to the last }.'
    case 'client':
      return 'This is an OAuth client, not the key of a service account. Choose “Sign in with Google” above for it.'
    case 'service-account':
      return 'This is the key of a service account, not an OAuth client. Choose “Service account” above for it.'
    case 'other':
      return `This is ${found.what}. ${wanted === 'client' ? 'An OAuth client’s file begins with {"web": or {"installed":' : 'A service account’s key has "type": "service_account"'}.`
  }
}

/** What Google will stumble over with this client; null: nothing that can be seen from here. */
export function clientWarning(found: GoogleJson, redirectUri: string): string | null {
  if (found.kind !== 'client') return null
  if (found.app === 'desktop') {
    return isLoopback(redirectUri)
      ? null
      : 'This is a client of the type “Desktop app”: Google sends the browser back to this very computer only. Make one of the type “Web application”.'
  }
  if (found.redirectUris?.includes(redirectUri)) return null
  return `When this file was downloaded, the client did not list ${redirectUri} as a redirect URI. Add it at Google, or the sign-in ends with “redirect_uri_mismatch”.`
}

/**
 * Why Google will not accept an address to come back to; null: it will. Google wants https, except on the computer
 * itself, and a name instead of an IP address.
 */
export function redirectComplaint(redirectUri: string): string | null {
  const url = URL.parse(redirectUri)
  if (url === null || isLoopback(redirectUri)) return null
  const way = `Open this page as http://localhost:${url.port || '8080'} (from another computer through “ssh -L 8080:localhost:8080 <server>”), or put HTTPS with a domain name in front of Drivekeep.`
  if (/^[\d.]+$|^\[/.test(url.hostname))
    return `Google does not send browsers back to an IP address (${url.hostname}). ${way}`
  if (url.protocol !== 'https:')
    return `Google sends browsers back to https addresses only, and this is ${url.origin}. ${way}`
  if (!url.hostname.includes('.')) return `Google does not know names inside a network such as ${url.hostname}. ${way}`
  return null
}

function isLoopback(address: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(URL.parse(address)?.hostname ?? '')
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
