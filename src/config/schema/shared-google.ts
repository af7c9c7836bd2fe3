import type { Tree } from '../file/document.ts'
import { GOOGLE_DRIVE, type Written, type WrittenSource } from './schema.ts'

const ADDRESSES = ['api_url', 'auth_url', 'token_url'] as const

/** Fills in what further sources omit and share with google_drive: the OAuth client and Google's addresses. */
export function withSharedGoogle(written: Written, tree: Tree): Written {
  const first = written.sources.google_drive
  const sources = { ...written.sources }
  for (const [name, source] of Object.entries(written.sources)) {
    if (name === GOOGLE_DRIVE) continue
    const filled: WrittenSource = { ...source }
    for (const key of ADDRESSES) if (!tree.has(['sources', name, key])) filled[key] = first[key]
    // Half a client of its own is a mistake, which is not to be hidden.
    if (source.client_id === null && source.client_secret === null) {
      filled.client_id = first.client_id
      filled.client_secret = first.client_secret
    }
    sources[name] = filled
  }
  return { ...written, sources }
}
