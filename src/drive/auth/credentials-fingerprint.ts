import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isObject } from '../read/items.ts'
import type { Credentials } from './auth.ts'

/**
 * By which the catalog knows a source again without asking Google; a hash, so that it does not reveal a token. A service
 * account is known by its address: its key may be renewed or moved, and another account's key may take its file.
 */
export function credentialsFingerprint(apiUrl: string, credentials: Credentials): string {
  const identity =
    'refreshToken' in credentials
      ? [credentials.clientId, credentials.refreshToken]
      : ['service-account', emailOf(keyText(credentials)), credentials.impersonate]
  return hash('sha256', JSON.stringify([apiUrl, ...identity]))
}

function keyText(credentials: Exclude<Credentials, { refreshToken: string }>): string {
  if ('serviceAccountKey' in credentials) return credentials.serviceAccountKey
  try {
    return readFileSync(credentials.serviceAccountFile, 'utf8')
  } catch {
    return ''
  }
}

/** Null for what is no key: whoever signs in with it says what is wrong. */
function emailOf(text: string): string | null {
  try {
    const key: unknown = JSON.parse(text)
    return isObject(key) && typeof key.client_email === 'string' ? key.client_email : null
  } catch {
    return null
  }
}
