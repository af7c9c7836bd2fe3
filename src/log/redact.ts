import type { Config, DriveAuthConfig } from '../config/config.ts'

/** Shorter ones would strike at random in ordinary words, and no provider hands out any. */
const SHORTEST = 6

/** Tokens that Google hands out while we run are in no configuration, but their form is known. */
const TOKENS = /\b(?:ya29\.[\w.-]{10,}|1\/\/[\w-]{10,})|(?<=\bBearer )[\w.~+/-]{10,}=*/g

/**
 * Takes secrets out of text: the last line of defence, for nothing secret should get as far as a log line. `secrets` are
 * found as they are, inside JSON, and percent-encoded.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  // The longest first: a secret may hold another one.
  const patterns = [...new Set(forms)].toSorted((a, b) => b.length - a.length).map(escapeRegExp)
  const known = patterns.length === 0 ? null : new RegExp(patterns.join('|'), 'g')
  return (text) => (known === null ? text : text.replace(known, '[secret]')).replace(TOKENS, '[secret]')
}

/** Every secret that the configuration holds. */
export function secretsOf({ sources, destinations, notifications }: Config): string[] {
  const google = sources.flatMap(({ client, auth }) => [client?.clientSecret ?? '', ...googleSecrets(auth)])
  const storage = destinations.flatMap((one) =>
    one.type === 'folder' || one.credentials === null
      ? []
      : [one.credentials.secretAccessKey, one.credentials.sessionToken ?? ''],
  )
  return [...google, ...storage, notifications.email?.login?.password ?? ''].filter((secret) => secret !== '')
}

function googleSecrets(auth: DriveAuthConfig | null): string[] {
  if (auth === null) return []
  if (auth.kind === 'refresh-token') return [auth.refreshToken]
  if ('file' in auth.key) return []
  // The private key is what matters; on its own, and within the whole text.
  const { private_key: pem } = JSON.parse(auth.key.text) as { private_key?: unknown }
  return typeof pem === 'string'
    ? [auth.key.text, pem, ...pem.split('\n').filter((line) => !line.startsWith('--'))]
    : []
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
