import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { fingerprintOf } from '../../app/compose.ts'
import type { Standing } from '../../app/configuration.ts'
import { faultKind } from '../../backup/model/faults.ts'
import type { SourceRow } from '../../catalog/schema.ts'
import { type StartFault, startFault } from '../../catalog/settings.ts'
import { knownSources } from '../../catalog/sources.ts'
import { isoTime } from '../../catalog/times.ts'
import type { DriveAuthConfig, SourceEntry } from '../../config/config.ts'
import { GOOGLE_DRIVE } from '../../config/schema/schema.ts'
import type { getGoogle } from '../contract/sources.ts'
import type { FaultText } from '../contract/status.ts'
import { faultTextOf } from '../figures/fault-text.ts'
import { outageAt } from '../figures/outages.ts'
import { accountOf } from './google-account.ts'
import { emailOf } from './google-json.ts'
import type { SetUpParts } from './set-up-parts.ts'
import { canSignIn, entryOf, keyOf } from './source-entry.ts'

/** What signs in. The first that is set decides; the last needs a client too. */
export const SIGN_IN_KEYS = ['service_account_key', 'service_account_file', 'refresh_token']

type GoogleStatus = z.input<(typeof getGoogle)['answer']>

export function redirectUri(origin: string): string {
  return `${origin}/api/google/callback`
}

/** How Google is signed in to for this entry of `sources`. No secret is part of it. */
export async function googleStatus(parts: SetUpParts, origin: string, name: string): Promise<GoogleStatus> {
  const standing = await parts.configuration.current()
  return statusOf(parts, standing, entryOf(standing.loaded, name), origin)
}

/** The same for every entry. */
export async function googleStatuses(parts: SetUpParts, origin: string): Promise<GoogleStatus[]> {
  const standing = await parts.configuration.current()
  const found: GoogleStatus[] = []
  for (const entry of standing.loaded.entries) found.push(await statusOf(parts, standing, entry, origin))
  return found
}

async function statusOf(
  { db, clock }: SetUpParts,
  standing: Standing,
  entry: SourceEntry,
  origin: string,
): Promise<GoogleStatus> {
  const { loaded } = standing
  const { name, enabled, auth } = entry
  const clientId = loaded.written.sources[name]?.client_id ?? null
  const connected = auth !== null && !loaded.notConnected.includes(name)
  const credentials = canSignIn(entry) ? fingerprintOf(entry) : null
  const mine = (await knownSources(db)).find((one) => one.credentials === credentials)
  // What keeps the daemon from its first cycle is about the source that it begins with.
  const start = name === (loaded.config.sources[0]?.name ?? GOOGLE_DRIVE) ? await startFault(db) : null
  return {
    source: name,
    enabled,
    origin: loaded.fileGives(['sources', name]) ? 'file' : name === GOOGLE_DRIVE ? 'default' : 'dashboard',
    method: auth?.kind === 'service-account' ? 'service-account' : auth !== null || clientId !== null ? 'oauth' : null,
    client: clientId === null ? null : { client_id: clientId, origin: clientOrigin(standing, name) },
    service_account: auth?.kind === 'service-account' ? serviceAccountOf(auth, standing, name) : null,
    redirect_uri: redirectUri(origin),
    connected,
    account: (await accountOf(db, entry))?.email ?? impersonated(auth),
    connected_at: auth === null ? null : connectedAt(standing, entry),
    outage: sealedComplaint(standing, name) ?? outageOfSource(mine ?? null, start, clock.now()),
  }
}

function impersonated(auth: DriveAuthConfig | null): string | null {
  return auth?.kind === 'service-account' ? auth.impersonate : null
}

/** A further source that has no client of its own uses that of google_drive. */
function clientOrigin(standing: Standing, name: string): 'file' | 'dashboard' {
  const own = standing.loaded.originOf(['sources', name, 'client_id']) !== 'default'
  return originOf(standing, keyOf(own ? name : GOOGLE_DRIVE, 'client_id'))
}

function serviceAccountOf(
  { key, impersonate }: Extract<DriveAuthConfig, { kind: 'service-account' }>,
  standing: Standing,
  name: string,
) {
  const setting = keyOf(name, 'text' in key ? 'service_account_key' : 'service_account_file')
  return {
    email: emailOf('text' in key ? key.text : textOf(key.file)) ?? 'unknown',
    impersonate,
    origin: originOf(standing, setting),
  }
}

/** A key file that went away meanwhile is the daemon's outage, which is told as such. */
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
function connectedAt({ overrides }: Standing, { name, auth }: SourceEntry): string | null {
  const key = keyOf(name, auth?.kind === 'refresh-token' ? 'refresh_token' : 'service_account_key')
  const made = overrides.find((one) => one.key === key && 'value' in one.content && one.content.value !== null)
  return made === undefined ? null : isoTime(made.at)
}

/** A sign-in that is kept, and that cannot be opened. */
function sealedComplaint({ loaded }: Standing, name: string): FaultText | null {
  const closed = loaded.missing.find(({ path, setBy }) => setBy !== null && path.startsWith(keyOf(name, '')))
  if (closed === undefined || !isSealedProblem(closed.message)) return null
  const { path, message, remedy } = closed
  return { fault: 'settings/sealed', message: `${path} ${message}.`, hint: remedy, needs_operator: true }
}

const isSealedProblem = (message: string) => /sealed|damaged|opened/.test(message)

/** What keeps this drive from being read; what is wrong with a destination is said there. */
function outageOfSource(source: SourceRow | null, start: StartFault | null, now: number): FaultText | null {
  if (start === null) return source === null ? null : outageAt('source', source, now)
  const { fault, subject, since } = start
  if (faultKind(fault)?.scope !== 'source' || !fault.startsWith('google/')) return null
  return faultTextOf(fault, subject, since, now)
}
