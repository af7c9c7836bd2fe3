/** How the way to Google’s page ended, as the address says it after the way back. */
export interface Returned {
  ok: boolean
  message: string
}

/** Null: the browser does not come from there. */
export function cameBack(query: string): Returned | null {
  const given = new URLSearchParams(query)
  const error = given.get('error')
  if (error !== null) return { ok: false, message: KNOWN[error] ?? error }
  const connected = given.get('connected')
  if (connected === null) return null
  return { ok: true, message: connected === '1' ? 'Google is connected.' : connected }
}

/** The query without what was said once. */
export function withoutReturn(query: string): string {
  const given = new URLSearchParams(query)
  given.delete('error')
  given.delete('connected')
  const rest = given.toString()
  return rest === '' ? '' : `?${rest}`
}

/** Google’s own codes; whatever the server says in words of its own is shown as it is. */
const KNOWN: Record<string, string> = {
  access_denied:
    'Google was not connected: access was not allowed on Google’s page. Connect again, and allow reading Drive.',
  admin_policy_enforced:
    'Google was not connected: a policy of your Google Workspace forbids this app. Ask its administrator to trust the client.',
  org_internal:
    'Google was not connected: the app is for accounts of its own organisation only. Sign in with one of them, or make the consent screen External.',
  redirect_uri_mismatch:
    'Google was not connected: the OAuth client does not list this address. Add the redirect URI that is shown here to the client.',
}
