/** The JSON files that Google hands out, told apart: people paste the one for the other. */

export interface OAuthClient {
  clientId: string
  clientSecret: string
}

/** What the text holds; a sentence says what it is instead, and repeats nothing of it. */
export function readOAuthClient(text: string): OAuthClient | string {
  const value = parse(text)
  if (typeof value === 'string') return value
  const client = [value.web, value.installed, value].find(isSection)
  const { client_id: clientId, client_secret: clientSecret } = client ?? {}
  if (filled(clientId) && filled(clientSecret) && value.type === undefined) return { clientId, clientSecret }
  return `This is ${whatItIs(value)}, not the JSON of an OAuth client. ${WHERE_CLIENTS_ARE}`
}

const WHERE_CLIENTS_ARE =
  'In the Google Cloud console open APIs & Services → Credentials, and download the JSON of an “OAuth client ID” (it begins with {"web": or {"installed":).'

/** Why the text is no key of a service account, in a sentence; null: it may be one. */
export function notAServiceAccount(text: string): string | null {
  const value = parse(text)
  if (typeof value === 'string') return value
  if (value.type === 'service_account') return null
  return (
    `This is ${whatItIs(value)}, not the key of a service account. In the Google Cloud console open IAM & Admin → ` +
    'Service Accounts, choose the account, and under Keys add a key of type JSON.'
  )
}

/** Where the key would have its tokens come from; null where it does not say. */
export function tokenAddressOf(text: string): string | null {
  const value = parse(text)
  return typeof value !== 'string' && filled(value.token_uri) ? value.token_uri : null
}

/** Who the service account is, as far as its key says so. */
export function emailOf(text: string): string | null {
  const value = parse(text)
  return typeof value !== 'string' && filled(value.client_email) ? value.client_email : null
}

function whatItIs(value: Record<string, unknown>): string {
  if (value.type === 'service_account') return 'the key of a service account'
  if (value.type === 'authorized_user') return 'the sign-in of the gcloud program'
  if (isSection(value.web) || isSection(value.installed)) {
    const client = isSection(value.web) ? value.web : value.installed
    const whole = isSection(client) && filled(client.client_id) && filled(client.client_secret)
    return whole ? 'the JSON of an OAuth client' : 'the JSON of an OAuth client without its secret'
  }
  if (filled(value.access_token) || filled(value.refresh_token)) return 'a token'
  return 'something else'
}

function parse(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text)
    if (isSection(value)) return value
  } catch {
    // said below, without the parser's words: they would quote the text
  }
  return 'This is not complete JSON. Paste the whole file as Google gave it, from the first { to the last }.'
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function filled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
