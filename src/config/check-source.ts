import { readFileSync } from 'node:fs'
import type { Complaints } from './complaints.ts'
import type { Written } from './schema.ts'

type WrittenDrive = Written['sources']['google_drive']

const DRIVE = ['sources', 'google_drive']
export const SIGN_IN = ['client_id', 'client_secret', 'refresh_token'] as const

/** What the schema cannot see in `sources`: whether what is written is enough to sign in. */
export function checkSource(drive: WrittenDrive, folder: (path: string) => string, complaints: Complaints): void {
  if (!drive.enabled) {
    complaints.add([...DRIVE, 'enabled'], 'leaves nothing to back up', 'Write true: it is the only source.')
    return
  }
  if (drive.service_account_key !== null) {
    const trouble = keyTrouble(drive.service_account_key)
    if (trouble !== null) complaints.add([...DRIVE, 'service_account_key'], ...trouble)
    return
  }
  if (drive.service_account_file !== null) {
    const trouble = keyFileTrouble(folder(drive.service_account_file))
    if (trouble !== null) complaints.add([...DRIVE, 'service_account_file'], ...trouble)
    return
  }
  // A key that is kept and cannot be opened is said to be so; who it acts for is right all the same.
  if (drive.impersonate !== null && !complaints.about([...DRIVE, 'service_account_key'])) {
    const remedy = 'Set service_account_file too, or remove this line.'
    complaints.add([...DRIVE, 'impersonate'], 'needs a service account', remedy)
  }
  checkSignIn(drive, complaints)
}

function checkSignIn(drive: WrittenDrive, complaints: Complaints): void {
  const missing = SIGN_IN.filter((name) => drive[name] === null && !complaints.about([...DRIVE, name]))
  const unsaid = SIGN_IN.some((name) => complaints.about([...DRIVE, name]))
  if (missing.length === SIGN_IN.length && !unsaid) {
    if (complaints.about([...DRIVE, 'service_account_key'])) return
    const keys = `${SIGN_IN.slice(0, -1).join(', ')} and ${SIGN_IN.at(-1)}, or service_account_file`
    const remedy = `Set ${keys}; or run \`drivekeep start\` and connect Google in the dashboard.`
    complaints.add(DRIVE, 'has no credentials', remedy, 'missing')
    return
  }
  for (const name of missing) {
    const others = SIGN_IN.filter((other) => other !== name).join(' and ')
    const remedy = `Set it: ${name} is needed together with ${others}.`
    complaints.add([...DRIVE, name], 'is missing', remedy, 'missing')
  }
}

/** Why the file is no key of a service account. The key itself is in it, so nothing of its text is repeated. */
function keyFileTrouble(file: string): [message: string, remedy: string] | null {
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

function keyTrouble(text: string): [message: string, remedy: string] | null {
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
