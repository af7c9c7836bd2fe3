/** Only these stay as they are in a SigV4 canonical URI; most keys consist of them. */
const UNRESERVED = /^[A-Za-z0-9\-._~/]*$/

/**
 * A key as it stands in a request path: every byte but the unreserved ones as `%XX`, slashes kept.
 * Nothing is normalised: `a//b` and `a/../b` are names like any other in S3.
 */
export function encodeKey(key: string): string {
  return UNRESERVED.test(key) ? key : encodeValue(key).replaceAll('%2F', '/')
}

/** A query value as SigV4 wants it: RFC 3986, which is stricter than `encodeURIComponent`. */
export function encodeValue(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A query in SigV4's canonical form, sorted by name; it is sent in this form too, so that both sides sign the same. */
export function canonicalQuery(parameters: Record<string, string>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${encodeValue(name)}=${encodeValue(parameters[name] ?? '')}`)
    .join('&')
}
