import { Fault } from '../../backup/faults.ts'
import type { Changes } from '../../configuration.ts'
import { parseServiceAccount } from '../../drive/service-account.ts'
import * as routes from '../contract/sources.ts'
import { answers, type Call, type Handler, Refusal, streams } from '../handler.ts'
import { callback, connect } from '../set-up/connect.ts'
import { notAServiceAccount, readOAuthClient, tokenAddressOf } from '../set-up/google-json.ts'
import { DRIVE, googleStatus, isSignedIn, SIGN_IN_KEYS } from '../set-up/google-status.ts'
import { changeSettings, type SetUpParts } from '../set-up/set-up-parts.ts'

/** How Google is signed in to, and which folders there are. */
export function googleHandlers(parts: SetUpParts): Handler[] {
  return [
    answers(routes.getGoogle, ({ origin }) => googleStatus(parts, origin)),
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
  const client =
    'client_json' in body
      ? readOAuthClient(body.client_json)
      : { clientId: body.client_id.trim(), clientSecret: body.client_secret.trim() }
  if (typeof client === 'string') throw refusedField('client_json', client)
  const { loaded } = await parts.configuration.current()
  const changes = new Map<string, unknown>([
    [`${DRIVE}.client_id`, client.clientId],
    [`${DRIVE}.client_secret`, client.clientSecret],
  ])
  // A sign-in belongs to the client that it was made through.
  if (loaded.written.sources.google_drive.client_id !== client.clientId) {
    const key = `${DRIVE}.refresh_token`
    changes.set(key, loaded.fileGives(key.split('.')) ? null : undefined)
  }
  call.audit(client.clientId)
  await changeSettings(parts, call, changes)
  return googleStatus(parts, call.origin)
}

async function setServiceAccount(parts: SetUpParts, call: Call<typeof routes.setServiceAccount>) {
  const { key_json: text, impersonate } = call.body
  const { loaded } = await parts.configuration.current()
  const wrong = notAServiceAccount(text) ?? unusable(text) ?? foreign(text, loaded.config.source.tokenUrl)
  if (wrong !== null) throw refusedField('key_json', wrong)
  const changes = new Map<string, unknown>([
    [`${DRIVE}.service_account_key`, text.trim()],
    [`${DRIVE}.impersonate`, impersonate === null || impersonate.trim() === '' ? null : impersonate.trim()],
  ])
  call.audit(impersonate)
  await changeSettings(parts, call, changes)
  return googleStatus(parts, call.origin)
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
function foreign(text: string, tokenUrl: string): string | null {
  const address = tokenAddressOf(text)
  const url = address === null ? null : URL.parse(address)
  if (url === null || address === tokenUrl) return null
  if (url.protocol === 'https:' && /(^|\.)googleapis\.com$/.test(url.hostname)) return null
  return `This key would be used at ${url.origin}, which is not Google. If it is right, set sources.google_drive.token_url in config.yaml to the address in the key.`
}

async function disconnect(parts: SetUpParts, call: Call<typeof routes.disconnectGoogle>) {
  const { overrides, loaded } = await parts.configuration.current()
  const mine = [...SIGN_IN_KEYS, `${DRIVE}.impersonate`].filter((key) => overrides.some((one) => one.key === key))
  if (mine.length === 0 && loaded.config.source.auth !== null)
    throw new Refusal(409, 'The sign-in stands in config.yaml. Take it out there, and restart Drivekeep.')
  call.audit('Google')
  await changeSettings(parts, call, new Map(mine.map((key) => [key, undefined])) as Changes)
  parts.browser.close()
  return googleStatus(parts, call.origin)
}

async function signedIn({ configuration }: SetUpParts) {
  const { source } = (await configuration.current()).loaded.config
  if (isSignedIn(source)) return source
  throw new Refusal(409, 'Google is not connected yet. Connect to Google, or give the key of a service account, first.')
}

async function testConnection(parts: SetUpParts, { signal }: Call<typeof routes.testGoogle>) {
  const source = await signedIn(parts)
  return parts.tests.run(signal, async (signal) => {
    try {
      return await parts.browser.with(source, (drive) => drive.checkAccess(signal))
    } catch (error) {
      return [{ step: 'service account key', ok: false, message: keyTrouble(error) }]
    }
  })
}

async function listFolders(parts: SetUpParts, { query, signal }: Call<typeof routes.listDriveFolders>) {
  const { parent = 'root', cursor } = query
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(parent)) throw new Refusal(400, 'parent is not the id of a folder in Drive.')
  const source = await signedIn(parts)
  try {
    return await parts.browser.with(source, (drive) => drive.folders(parent, cursor ?? null, signal))
  } catch (error) {
    if (!(error instanceof Fault)) throw new Refusal(502, keyTrouble(error))
    if (error.code === 'drive/not-found')
      throw new Refusal(404, `Drive has no folder ${parent}, or this account may not see it.`)
    if (error.code === 'google/scan-expired')
      throw new Refusal(400, 'Google has forgotten this page of the list. Ask for the folder from its beginning.')
    throw new Refusal(502, error.message)
  }
}

/** Opening says in plain Errors what is wrong with a key file, with the remedy; everything else is a bug, or nobody waits. */
function keyTrouble(error: unknown): string {
  if (error instanceof Error && error.constructor === Error) return error.message
  throw error
}

function refusedField(field: string, message: string): Refusal {
  return new Refusal(422, message, { errors: [{ field, message }] })
}
