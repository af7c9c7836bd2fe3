import { readFileSync } from 'node:fs'
import { GOOGLE_DRIVE, type Written, type WrittenSource } from '../schema/schema.ts'
import { checkSelection } from './check-selection.ts'
import type { Complaints } from './complaints.ts'

export const SIGN_IN = ['client_id', 'client_secret', 'refresh_token'] as const

/** What the schema cannot see in `sources`: whether what is written is enough to sign in. */
export function checkSources(
  sources: Written['sources'],
  folder: (path: string) => string,
  complaints: Complaints,
): void {
  for (const [name, source] of Object.entries(sources)) {
    checkSelection(name, source.folders, complaints)
    if (source.enabled) checkSource(name, source, folder, complaints)
  }
  if (Object.values(sources).some(({ enabled }) => enabled)) return
  const [at, remedy] =
    Object.keys(sources).length === 1
      ? [['sources', GOOGLE_DRIVE, 'enabled'], 'Write true: it is the only source.']
      : [['sources'], 'Write enabled: true under one of its entries.']
  complaints.add(at, 'leaves nothing to back up', remedy)
}

function checkSource(
  name: string,
  source: WrittenSource,
  folder: (path: string) => string,
  complaints: Complaints,
): void {
  const at = (key: string) => ['sources', name, key]
  if (source.service_account_key !== null) {
    const complaint = keyComplaint(source.service_account_key)
    if (complaint !== null) complaints.add(at('service_account_key'), ...complaint)
    return
  }
  if (source.service_account_file !== null) {
    const complaint = keyFileComplaint(folder(source.service_account_file))
    if (complaint !== null) complaints.add(at('service_account_file'), ...complaint)
    return
  }
  // A key that is kept and cannot be opened is said to be so; who it acts for is right all the same.
  if (source.impersonate !== null && !complaints.about(at('service_account_key'))) {
    const remedy = 'Set service_account_file too, or remove this line.'
    complaints.add(at('impersonate'), 'needs a service account', remedy)
  }
  checkSignIn(name, source, complaints)
}

function checkSignIn(name: string, source: WrittenSource, complaints: Complaints): void {
  const at = (key: string) => ['sources', name, key]
  const missing = SIGN_IN.filter((key) => source[key] === null && !complaints.about(at(key)))
  const unsaid = SIGN_IN.some((key) => complaints.about(at(key)))
  if (missing.length === SIGN_IN.length && !unsaid) {
    if (complaints.about(at('service_account_key'))) return
    const keys = `${SIGN_IN.slice(0, -1).join(', ')} and ${SIGN_IN.at(-1)}, or service_account_file`
    const remedy = `Set ${keys}; or run \`drivekeep start\` and connect Google in the dashboard.`
    complaints.add(['sources', name], 'has no credentials', remedy, 'missing')
    return
  }
  for (const key of missing) {
    const others = SIGN_IN.filter((other) => other !== key).join(' and ')
    const remedy = `Set it: ${key} is needed together with ${others}.`
    complaints.add(at(key), 'is missing', remedy, 'missing')
  }
}

/** Why the file is no key of a service account. The key itself is in it, so nothing of its text is repeated. */
function keyFileComplaint(file: string): [message: string, remedy: string] | null {
  const again = 'Create a JSON key for the service account in the Google Cloud console and name its file here.'
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return [`names ${file}, which does not exist`, again]
    if (code === 'EISDIR') return [`names ${file}, which is a folder`, 'Name the JSON key file inside it.']
    return [`names ${file}, which cannot be read (${code ?? 'unknown error'})`, 'Allow this user to read it.']
  }
  const what = notAKey(text)
  return what === null ? null : [`names ${file}, which ${what}`, again]
}

function keyComplaint(text: string): [message: string, remedy: string] | null {
  const what = notAKey(text)
  const remedy = 'Give it the whole text of the JSON key that the Google Cloud console made for the service account.'
  return what === null ? null : [what, remedy]
}

/** What the text is instead; null when it is a key. */
function notAKey(text: string): string | null {
  let key: unknown
  try {
    key = JSON.parse(text)
  } catch {
    return 'is not JSON'
  }
  const has = (name: string) => {
    const value = typeof key === 'object' && key !== null ? (key as Record<string, unknown>)[name] : undefined
    return typeof value === 'string' && value !== ''
  }
  if (has('client_email') && has('private_key')) return null
  return 'is JSON but no service account key (no client_email and private_key in it)'
}
