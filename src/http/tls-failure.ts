/**
 * What keeps an encrypted connection from being made, in words and with its remedy; null when the error is another. Node's own
 * words name its options, and OpenSSL's are those of its sources.
 */
export function tlsFailure(error: Error): string | null {
  const { code, message, reason } = error as NodeJS.ErrnoException & { reason?: string }
  if (code === undefined) return null
  if (SPEAKS_HTTP.has(code)) return 'it speaks http there, not https: correct the address'
  if (UNTRUSTED.has(code)) {
    const found = message.replace(/;.*/s, '')
    return `this machine does not trust its certificate: ${found}. To trust it, name its PEM file in NODE_EXTRA_CA_CERTS, or set NODE_USE_SYSTEM_CA=1 where the system’s store has it`
  }
  if (code === 'CERT_HAS_EXPIRED')
    return 'its certificate has expired: renew it there, or set the clock of this machine'
  if (code === 'CERT_NOT_YET_VALID') return 'its certificate is not valid yet: set the clock of this machine'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `its certificate is for another name: ${reason ?? message}`
  }
  if (!code.startsWith('ERR_SSL_') && code !== 'EPROTO') return null
  return `no https with it: ${reason ?? code}`
}

/** Verdicts of OpenSSL on certificates whose issuer is not known here. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
])

/** The answer begins with letters where a TLS record should. */
const SPEAKS_HTTP = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'])
