import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { faultKind } from '../../backup/faults.ts'
import { startTrouble } from '../../catalog/settings.ts'
import { knownSources } from '../../catalog/sources.ts'
import { isoTime } from '../../catalog/times.ts'
import { credentialsFingerprint } from '../../compose.ts'
import type { DriveAuthConfig, DriveSourceConfig } from '../../config/config.ts'
import type { Standing } from '../../configuration.ts'
import type { getGoogle } from '../contract/sources.ts'
import type { Trouble } from '../contract/status.ts'
import { troubleOf } from '../figures/trouble.ts'
import { accountOf } from './google-account.ts'
import { emailOf } from './google-json.ts'
import type { SetUpParts } from './set-up-parts.ts'

export const DRIVE = 'sources.google_drive'
/** What signs in. The first that is set decides; the last needs a client too. */
export const SIGN_IN_KEYS = ['service_account_key', 'service_account_file', 'refresh_token'].map(
  (key) => `${DRIVE}.${key}`,
)

type GoogleStatus = z.input<(typeof getGoogle)['answer']>

export function redirectUri(origin: string): string {
  return `${origin}/api/google/callback`
}

/** How Google is signed in to. No secret is part of it. */
export async function googleStatus({ db, configuration }: SetUpParts, origin: string): Promise<GoogleStatus> {
  const standing = await configuration.current()
  const { source } = standing.loaded.config
  const { client_id: clientId } = standing.loaded.written.sources.google_drive
  const { auth } = source
  const sources = await knownSources(db)
  const credentials = isSignedIn(source) ? credentialsFingerprint(source) : null
  const mine = sources.find((one) => one.credentials === credentials)
  return {
    method: auth?.kind === 'service-account' ? 'service-account' : auth !== null || clientId !== null ? 'oauth' : null,
    client: clientId === null ? null : { client_id: clientId, origin: originOf(standing, `${DRIVE}.client_id`) },
    service_account: auth?.kind === 'service-account' ? serviceAccountOf(auth, standing) : null,
    redirect_uri: redirectUri(origin),
    connected: auth !== null,
    account: credentials === null ? null : ((await accountOf(db, credentials)) ?? impersonated(auth)),
    connected_at: auth === null ? null : connectedAt(standing),
    trouble: sealedTrouble(standing) ?? troubleOfSource(mine ?? null, await startTrouble(db)),
  }
}

function impersonated(auth: DriveAuthConfig | null): string | null {
  return auth?.kind === 'service-account' ? auth.impersonate : null
}

export function isSignedIn(source: DriveSourceConfig): source is DriveSourceConfig & { auth: DriveAuthConfig } {
  return source.auth !== null
}

function serviceAccountOf(
  { key, impersonate }: Extract<DriveAuthConfig, { kind: 'service-account' }>,
  standing: Standing,
) {
  const setting = 'text' in key ? `${DRIVE}.service_account_key` : `${DRIVE}.service_account_file`
  return {
    email: emailOf('text' in key ? key.text : textOf(key.file)) ?? 'unknown',
    impersonate,
    origin: originOf(standing, setting),
  }
}

/** A key file that went away meanwhile is the daemon's trouble, which is told as such. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function originOf({ loaded }: Standing, key: string): 'file' | 'dashboard' {
  return loaded.originOf(key.split('.')) === 'file' ? 'file' : 'dashboard'
}

/** When the sign-in that is in use was made in the dashboard. */
function connectedAt({ overrides, loaded }: Standing): string | null {
  const { auth } = loaded.config.source
  const key = auth?.kind === 'refresh-token' ? 'refresh_token' : 'service_account_key'
  const made = overrides.find(
    (one) => one.key === `${DRIVE}.${key}` && 'value' in one.content && one.content.value !== null,
  )
  return made === undefined ? null : isoTime(made.at)
}

/** A sign-in that is kept, and that cannot be opened. */
function sealedTrouble({ loaded }: Standing): Trouble | null {
  const missing = loaded.state === 'ready' ? [] : loaded.missing
  const closed = missing.find(
    ({ path, setBy }) => setBy !== null && path.startsWith(`${DRIVE}.`) && path.split('.').length > 2,
  )
  if (closed === undefined || !isSealedProblem(closed.message)) return null
  const { path, message, remedy } = closed
  return { fault: 'settings/sealed', message: `${path} ${message}.`, hint: remedy, needs_operator: true }
}

const isSealedProblem = (message: string) => /sealed|damaged|opened/.test(message)

/** What keeps this drive from being read; what is wrong with a destination is said there. */
function troubleOfSource(
  source: { last_fault: string | null; last_fault_message: string | null } | null,
  start: { fault: string; message: string } | null,
): Trouble | null {
  const [fault, message] =
    start === null ? [source?.last_fault ?? null, source?.last_fault_message ?? ''] : [start.fault, start.message]
  if (fault === null || faultKind(fault)?.scope !== 'source' || !fault.startsWith('google/')) return null
  return troubleOf(fault, message)
}
