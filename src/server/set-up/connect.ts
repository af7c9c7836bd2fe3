import { driveSource, fingerprintOf } from '../../app/compose.ts'
import { Fault } from '../../backup/model/faults.ts'
import type { Loaded } from '../../config/file/load.ts'
import { SealError } from '../../config/overrides/seal.ts'
import { GOOGLE_DRIVE } from '../../config/schema/schema.ts'
import { exchangeCode, signInUrl } from '../../drive/auth/sign-in.ts'
import { SCOPES_OF } from '../contract/route.ts'
import type { connectGoogle, googleCallback } from '../contract/sources.ts'
import { type Call, Refusal } from '../http/handler.ts'
import { accountBefore, accountIn, entryWith, isSameAccount, saveAccount } from './google-account.ts'
import { redirectUri } from './google-status.ts'
import type { PendingSignIn } from './pending-sign-ins.ts'
import { changeSettings, type SetUpParts } from './set-up-parts.ts'
import { entryOf, keyOf } from './source-entry.ts'

/**
 * Connecting Google in a browser: authorization code with PKCE. The browser goes to Google with a state that only the
 * session that asked for it can end, and comes back with a code that only we can redeem, since the verifier stays here.
 */

const HOME = '/sources'
const PATIENCE_MS = 60_000

export async function connect({ configuration, signIns }: SetUpParts, call: Call<typeof connectGoogle>) {
  const { source } = call.query
  const { authUrl, client } = entryOf((await configuration.current()).loaded, source)
  if (client === null)
    throw new Refusal(409, 'There is no OAuth client to sign in through yet. Give Drivekeep the JSON of one first.')
  const session = call.caller?.session ?? null
  if (session === null)
    throw new Refusal(409, 'A browser has to go to Google and comes back to the dashboard: sign in there, and connect.')
  const { clientId } = client
  const back = redirectUri(call.origin)
  const { url, state, verifier } = signInUrl({ authUrl, clientId, redirectUri: back })
  signIns.add(state, { session, source, verifier, redirectUri: back, clientId, returnTo: call.body.return_to })
  call.audit(source === GOOGLE_DRIVE ? clientId : `${source}: ${clientId}`)
  return { url }
}

/** Where the browser comes back to: it is always sent on into the dashboard, with what came of it. */
export async function callback(parts: SetUpParts, call: Call<typeof googleCallback>): Promise<void> {
  const { state = '' } = call.query
  const pending = parts.signIns.take(state, call.caller?.session ?? null)
  // Any web page could send the browser here: without the state of a sign-in of this session it is not Google's answer.
  if (pending === null) return sendBack(call, HOME, 'error', STRANGE)
  const outcome = await finish(parts, call, pending).catch((error: unknown) => ({ error: wordsFor(error) }))
  if ('error' in outcome) return sendBack(call, pending.returnTo, 'error', outcome.error)
  // Where it is asked what to do, the page says so by itself.
  sendBack(call, pending.returnTo, 'connected', outcome.connected ? '1' : null)
}

const STRANGE =
  'Google was not connected: this browser did not begin the sign-in, or it took longer than 15 minutes. Connect again.'
const NOT_NOW = 'Google was not connected: the settings were changed meanwhile. Connect again.'
const NOT_ADMIN = 'Google was not connected: this takes an admin.'

async function finish(parts: SetUpParts, call: Call<typeof googleCallback>, pending: PendingSignIn): Promise<Outcome> {
  const { code, error } = call.query
  const role = call.caller?.user.role
  if (role === undefined || !SCOPES_OF[role].includes('admin')) return { error: NOT_ADMIN }
  if (code === undefined) return { error: refusalOfGoogle(error) }
  const { loaded } = await parts.configuration.current()
  const entry = entryOf(loaded, pending.source)
  const { client, tokenUrl } = entry
  if (client?.clientId !== pending.clientId) return { error: NOT_NOW }
  const { verifier, redirectUri: back } = pending
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(PATIENCE_MS)])
  const { refreshToken } = await exchangeCode({ tokenUrl, ...client, redirectUri: back, code, verifier }, signal)
  const signedIn = { ...entry, auth: { kind: 'refresh-token', ...client, refreshToken } as const }
  await using drive = driveSource(signedIn)
  const account = accountIn(await drive.identify(signal))
  const { email } = account
  const taken = await entryWith(parts.db, loaded, account, entry.name)
  if (taken !== null) return { error: alreadyThere(email, taken) }
  const before = await accountBefore(parts.db, entry)
  if (before !== null && !isSameAccount(before, account)) {
    const { session, source, clientId } = pending
    parts.accounts.add({ session, source, clientId, account, before, refreshToken })
    call.audit(email, `asked whether to back it up as well as ${before.email}, or instead`)
    return { connected: false }
  }
  await changeSettings(parts, call, signInWith(entry.name, refreshToken, loaded))
  await saveAccount(parts.db, entry.name, { ...account, credentials: fingerprintOf(signedIn) })
  call.audit(email)
  return { connected: true }
}

type Outcome = { connected: boolean } | { error: string }

/** The refresh token, in place of any service account. */
export function signInWith(source: string, refreshToken: string, { fileGives }: Loaded): Map<string, unknown> {
  const changes = new Map<string, unknown>([[keyOf(source, 'refresh_token'), refreshToken]])
  for (const name of ['service_account_key', 'service_account_file', 'impersonate']) {
    const key = keyOf(source, name)
    changes.set(key, fileGives(key.split('.')) ? null : undefined)
  }
  return changes
}

export function alreadyThere(email: string, source: string): string {
  return `${email} is backed up already, as ${source}. To back up another account, choose it on Google’s page.`
}

/** Google's own code where it is one; the dashboard knows what to say of the usual ones. */
function refusalOfGoogle(error: string | undefined): string {
  if (error !== undefined && /^[a-z_]{1,50}$/.test(error)) return error
  return 'Google was not connected: Google sent the browser back without a code. Connect again.'
}

function wordsFor(error: unknown): string {
  if (error instanceof Fault) {
    // On Google's page each permission has a box of its own that can be left empty.
    if (error.code === 'google/scope-missing')
      return 'Google was not connected: reading Drive was not allowed. Connect again, and leave the box ticked that lets Drivekeep see and download your files.'
    if (error.detail === 'no refresh token came')
      return 'Google was not connected: Google gave no lasting sign-in. Remove Drivekeep at https://myaccount.google.com/connections, and connect again.'
    if (error.code === 'google/sign-in-ended')
      return 'Google was not connected: its answer was used before, or is too old. Connect again.'
    return `Google was not connected. ${error.message}`
  }
  if (error instanceof Refusal || error instanceof SealError) return `Google was not connected. ${error.message}`
  if (error instanceof Error && error.name === 'TimeoutError')
    return 'Google was not connected: it did not answer in time. Check the network of this machine, and connect again.'
  throw error
}

/** `to` has been checked to be a page of the dashboard when the sign-in began. */
function sendBack(
  { reply }: Call<typeof googleCallback>,
  to: string,
  name: 'connected' | 'error',
  value: string | null,
): void {
  reply.header('cache-control', 'no-store')
  if (value === null) return void reply.redirect(to)
  const separator = to.includes('?') ? '&' : '?'
  reply.redirect(`${to}${separator}${name}=${encodeURIComponent(value)}`)
}
