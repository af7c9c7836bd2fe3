import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isObject } from '../read/items.ts'

/** Google's default, which a service account's own `token_uri` takes precedence over. */
export const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token'
export const READ_SCOPE = 'https://www.googleapis.com/auth/drive.readonly'

export interface ServiceAccount {
  email: string
  keyId: string | null
  key: KeyObject
  tokenUri: string
}

/** Reads the JSON key file that Google's console hands out. Throws an Error that names the file and the remedy. */
export function readServiceAccount(file: string): ServiceAccount {
  return parseServiceAccount(textOf(file), `${file}: the service account file`, {
    remedy: 'and set sources.google_drive.service_account_file to its path.',
  })
}

/** The same for its text. Throws an Error that says what is wrong with it, and repeats nothing of it. */
export function parseServiceAccount(
  text: string,
  subject: string,
  { remedy } = { remedy: 'and give its whole text.' },
): ServiceAccount {
  const fail = (what: string) =>
    new Error(
      `${subject} ${what}. Create a key of type JSON for the service account in the Google Cloud console, ${remedy}`,
    )
  const value = parseJson(text, fail)
  if (value.type !== 'service_account') {
    const is = typeof value.type === 'string' ? `it is of type "${value.type}"` : 'it has no "type"'
    throw fail(`is not a service account key: ${is}`)
  }
  const { client_email: email, private_key: pem, private_key_id: keyId, token_uri: tokenUri } = value
  if (typeof email !== 'string' || email === '') throw fail('has no "client_email"')
  if (typeof pem !== 'string') throw fail('has no "private_key"')
  if (tokenUri !== undefined && !(typeof tokenUri === 'string' && URL.canParse(tokenUri))) {
    throw fail('has a "token_uri" that is not an address')
  }
  return {
    email,
    keyId: typeof keyId === 'string' ? keyId : null,
    key: parseKey(pem, fail),
    tokenUri: tokenUri ?? GOOGLE_TOKEN_URL,
  }
}

/** The signed statement that is exchanged for an access token (RFC 7523). Times in ms; Google allows it an hour at most. */
export function assertion(account: ServiceAccount, audience: string, subject: string | null, now: number): string {
  const issued = Math.floor(now / 1000)
  const head = { alg: 'RS256', typ: 'JWT', ...(account.keyId === null ? {} : { kid: account.keyId }) }
  const claims = {
    iss: account.email,
    scope: READ_SCOPE,
    aud: audience,
    iat: issued,
    exp: issued + 3600,
    ...(subject === null ? {} : { sub: subject }),
  }
  const text = `${encode(head)}.${encode(claims)}`
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), account.key).toString('base64url')}`
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EACCES'
          ? 'may not be read by this user'
          : `cannot be read (${code})`
    throw new Error(
      `${file}: the service account file ${why}. Create a key of type JSON for the service account in the Google Cloud console, ` +
        'and set sources.google_drive.service_account_file to its path.',
      { cause: error },
    )
  }
}

function parseJson(text: string, fail: (what: string) => Error): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // said below, without the parser's words: they would quote the key
  }
  throw fail('is not JSON')
}

function parseKey(pem: string, fail: (what: string) => Error): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // said below: the library's message may show parts of the key
  }
  throw fail('has a "private_key" that is not an RSA key in PEM form')
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
