import type { Changes } from '../../../app/configuration.ts'
import { Fault } from '../../../backup/model/faults.ts'
import type { Loaded } from '../../../config/file/load.ts'
import { GOOGLE_DRIVE } from '../../../config/schema/schema.ts'
import { parseServiceAccount } from '../../../drive/auth/service-account.ts'
import * as routes from '../../contract/sources.ts'
import { answers, type Call, type Handler, Refusal, streams } from '../../http/handler.ts'
import { callback, connect } from '../../set-up/connect.ts'
import { accountBefore, forgetAccount, saveAccount } from '../../set-up/google-account.ts'
import { notAServiceAccount, readOAuthClient, tokenAddressOf } from '../../set-up/google-json.ts'
import { googleStatus, googleStatuses, SIGN_IN_KEYS } from '../../set-up/google-status.ts'
import { changeSettings, type SetUpParts } from '../../set-up/set-up-parts.ts'
import { canSignIn, entryOf, keyOf } from '../../set-up/source-entry.ts'

/** How Google is signed in to, and which folders there are. */
export function googleHandlers(parts: SetUpParts): Handler[] {
  return [
    answers(routes.getGoogle, ({ origin, query }) => googleStatus(parts, origin, query.source)),
    answers(routes.listGoogle, async ({ origin }) => ({ sources: await googleStatuses(parts, origin) })),
    answers(routes.setGoogleClient, (call) => setClient(parts, call)),
    answers(routes.setServiceAccount, (call) => setServiceAccount(parts, call)),
    answers(routes.connectGoogle, (call) => connect(parts, call)),
    streams(routes.googleCallback, (call) => callback(parts, call)),
    answers(routes.disconnectGoogle, (call) => disconnect(parts, call)),
    answers(routes.testGoogle, (call) => testConnection(parts, call)),
    answers(routes.listDriveFolders, (call) => listFolders(parts, call)),
  ]
}

async function setClient(parts: SetUpParts, call: Call<typeof routes.setGoogleClient>) {
  const { body } = call
  const { source } = call.query
  const client =
    'client_json' in body
      ? readOAuthClient(body.client_json)
      : { clientId: body.client_id.trim(), clientSecret: body.client_secret.trim() }
  if (typeof client === 'string') throw refusedField('client_json', client)
  const { loaded } = await parts.configuration.current()
  const entry = entryOf(loaded, source)
  const changes = new Map<string, unknown>([
    [keyOf(source, 'client_id'), client.clientId],
    [keyOf(source, 'client_secret'), client.clientSecret],
  ])
  // A sign-in belongs to the client that it was made through.
  const another = loaded.written.sources[source]?.client_id !== client.clientId
  const before = await accountBefore(parts.db, entry)
  if (another) {
    const key = keyOf(source, 'refresh_token')
    changes.set(key, loaded.fileGives(key.split('.')) ? null : undefined)
    if (source === GOOGLE_DRIVE) for (const [key, value] of clientsToKeep(loaded)) changes.set(key, value)
  }
  call.audit(about(source, client.clientId))
  await changeSettings(parts, call, changes)
  // Who was signed in is remembered, so that another account does not take the place unasked.
  if (another && before !== null) await saveAccount(parts.db, source, { ...before, credentials: '' })
  return googleStatus(parts, call.origin, source)
}

/** Sources that have signed in through the client of google_drive keep it when google_drive gets another one. */
function clientsToKeep({ entries, originOf }: Loaded): [key: string, value: string][] {
  return entries.flatMap(({ name, auth }): [string, string][] => {
    const shared = name !== GOOGLE_DRIVE && originOf(['sources', name, 'client_id']) === 'default'
    if (!shared || auth?.kind !== 'refresh-token') return []
    return [
      [keyOf(name, 'client_id'), auth.clientId],
      [keyOf(name, 'client_secret'), auth.clientSecret],
    ]
  })
}

async function setServiceAccount(parts: SetUpParts, call: Call<typeof routes.setServiceAccount>) {
  const { key_json: text, impersonate } = call.body
  const { source } = call.query
  const { tokenUrl } = entryOf((await parts.configuration.current()).loaded, source)
  const wrong = notAServiceAccount(text) ?? unusable(text) ?? foreign(text, source, tokenUrl)
  if (wrong !== null) throw refusedField('key_json', wrong)
  const changes = new Map<string, unknown>([
    [keyOf(source, 'service_account_key'), text.trim()],
    [keyOf(source, 'impersonate'), impersonate === null || impersonate.trim() === '' ? null : impersonate.trim()],
  ])
  call.audit(impersonate)
  await changeSettings(parts, call, changes)
  return googleStatus(parts, call.origin, source)
}

function unusable(text: string): string | null {
  try {
    parseServiceAccount(text, 'This key')
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** A key is used at the address that it names itself: that must be Google's, or the one that config.yaml names. */
function foreign(text: string, source: string, tokenUrl: string): string | null {
  const address = tokenAddressOf(text)
  const url = address === null ? null : URL.parse(address)
  if (url === null || address === tokenUrl) return null
  if (url.protocol === 'https:' && /(^|\.)googleapis\.com$/.test(url.hostname)) return null
  return `This key would be used at ${url.origin}, which is not Google. If it is right, set sources.${source}.token_url in config.yaml to the address in the key.`
}

async function disconnect(parts: SetUpParts, call: Call<typeof routes.disconnectGoogle>) {
  const { source } = call.query
  const { overrides, loaded } = await parts.configuration.current()
  const entry = entryOf(loaded, source)
  const keys = [...SIGN_IN_KEYS, 'impersonate'].map((key) => keyOf(source, key))
  const mine = keys.filter((key) => overrides.some((one) => one.key === key))
  if (mine.length === 0 && entry.auth !== null)
    throw new Refusal(409, 'The sign-in is in config.yaml. Remove it there, and restart Drivekeep.')
  call.audit(about(source, 'Google'))
  await changeSettings(parts, call, new Map(mine.map((key) => [key, undefined])) as Changes)
  await forgetAccount(parts.db, source)
  parts.browser.close()
  return googleStatus(parts, call.origin, source)
}

/** Of google_drive, as long as it is the only source, nothing has to be said. */
function about(source: string, what: string): string {
  return source === GOOGLE_DRIVE ? what : `${source}: ${what}`
}

async function signedIn({ configuration }: SetUpParts, source: string) {
  const entry = entryOf((await configuration.current()).loaded, source)
  if (canSignIn(entry)) return entry
  throw new Refusal(409, 'Google is not connected yet. Connect to Google, or give the key of a service account, first.')
}

async function testConnection(parts: SetUpParts, { query, signal }: Call<typeof routes.testGoogle>) {
  const source = await signedIn(parts, query.source)
  return parts.tests.run(signal, async (signal) => {
    try {
      return await parts.browser.with(source, (drive) => drive.checkAccess(signal))
    } catch (error) {
      return [{ step: 'service account key', ok: false, message: keyComplaint(error) }]
    }
  })
}

async function listFolders(parts: SetUpParts, { query, signal }: Call<typeof routes.listDriveFolders>) {
  const { parent = 'root', cursor } = query
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(parent)) throw new Refusal(400, 'parent is not the id of a folder in Drive.')
  const source = await signedIn(parts, query.source)
  try {
    return await parts.browser.with(source, (drive) => drive.folders(parent, cursor ?? null, signal))
  } catch (error) {
    if (!(error instanceof Fault)) throw new Refusal(502, keyComplaint(error))
    if (error.code === 'drive/not-found')
      throw new Refusal(404, `Drive has no folder ${parent}, or this account may not see it.`)
    if (error.code === 'google/scan-expired')
      throw new Refusal(400, 'Google has forgotten this page of the list. Ask for the folder from its beginning.')
    throw new Refusal(502, error.message)
  }
}

/** Opening says in plain Errors what is wrong with a key file, with the remedy; everything else is a bug, or nobody waits. */
function keyComplaint(error: unknown): string {
  if (error instanceof Error && error.constructor === Error) return error.message
  throw error
}

function refusedField(field: string, message: string): Refusal {
  return new Refusal(422, message, { errors: [{ field, message }] })
}
