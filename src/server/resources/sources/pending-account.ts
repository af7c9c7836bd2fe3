import { fingerprintOf } from '../../../app/compose.ts'
import { fileTallies } from '../../../catalog/read/tallies.ts'
import { knownSources } from '../../../catalog/sources.ts'
import type { SourceEntry } from '../../../config/config.ts'
import type { Loaded } from '../../../config/file/load.ts'
import { GOOGLE_DRIVE } from '../../../config/schema/schema.ts'
import type { Route } from '../../contract/route.ts'
import * as routes from '../../contract/sources.ts'
import { answers, type Call, type Handler, Refusal } from '../../http/handler.ts'
import { alreadyThere, signInWith } from '../../set-up/connect.ts'
import { entryWith, saveAccount } from '../../set-up/google-account.ts'
import { googleStatus } from '../../set-up/google-status.ts'
import type { PendingAccount } from '../../set-up/pending-accounts.ts'
import { changeSettings, type SetUpParts } from '../../set-up/set-up-parts.ts'
import { freeName, keyOf } from '../../set-up/source-entry.ts'

/** What becomes of an account that has signed in where another one was: nothing, until somebody says so. */
export function pendingAccountHandlers(parts: SetUpParts): Handler[] {
  return [
    answers(routes.getPendingAccount, async ({ caller }) => ({
      pending: await pendingOf(parts, caller?.session ?? null),
    })),
    answers(routes.addPendingAccount, (call) => add(parts, call)),
    answers(routes.replacePendingAccount, (call) => replace(parts, call)),
    answers(routes.cancelPendingAccount, async (call) => {
      const { account, before } = take(parts, call)
      call.audit(account.email, `${before.email} stays connected`)
      return {}
    }),
  ]
}

async function pendingOf({ db, accounts }: SetUpParts, session: number | null) {
  const asked = accounts.of(session)
  if (asked === null) return null
  const { id, source, account, before, until } = asked
  const ids = (await knownSources(db)).filter(({ email }) => email === before.email).map((one) => one.id)
  return {
    ...{ id, source },
    account: account.email,
    account_before: before.email,
    copies: (await fileTallies(db)).of(ids).synced,
    expires_at: new Date(until).toISOString(),
  }
}

async function add(parts: SetUpParts, call: Call<typeof routes.addPendingAccount>) {
  const pending = take(parts, call)
  const { account, refreshToken } = pending
  const { loaded, entry, client } = await entryFor(parts, pending)
  await refuseTwice(parts, loaded, pending, null)
  const name = freeName(loaded, account.email.split('@')[0])
  const changes = new Map<string, unknown>([
    [keyOf(name, 'enabled'), true],
    [keyOf(name, 'refresh_token'), refreshToken],
  ])
  // The sign-in belongs to the client that it was made through.
  if (client.clientId !== loaded.written.sources[GOOGLE_DRIVE].client_id) {
    changes.set(keyOf(name, 'client_id'), client.clientId)
    changes.set(keyOf(name, 'client_secret'), client.clientSecret)
  }
  call.audit(account.email, `as ${name}, besides ${pending.before.email}`)
  await changeSettings(parts, call, changes)
  await remember(parts, pending, { ...entry, name })
  return googleStatus(parts, call.origin, name)
}

async function replace(parts: SetUpParts, call: Call<typeof routes.replacePendingAccount>) {
  const pending = take(parts, call)
  const { account, before, refreshToken } = pending
  const { loaded, entry } = await entryFor(parts, pending)
  await refuseTwice(parts, loaded, pending, entry.name)
  call.audit(account.email, `instead of ${before.email}, which is no longer watched; its copies stay`)
  await changeSettings(parts, call, signInWith(entry.name, refreshToken, loaded))
  await remember(parts, pending, entry)
  return googleStatus(parts, call.origin, entry.name)
}

function take({ accounts }: SetUpParts, call: Call<Route>): PendingAccount {
  const pending = accounts.take(String(call.params.id), call.caller?.session ?? null)
  if (pending !== null) return pending
  throw new Refusal(
    404,
    'This sign-in has been answered, or took longer than 15 minutes. Nothing was changed. Connect again.',
  )
}

/** The entry that the sign-in was begun for, if it still has the client through which it was made. */
async function entryFor({ configuration }: SetUpParts, { source, clientId }: PendingAccount) {
  const { loaded } = await configuration.current()
  const entry = loaded.entries.find(({ name }) => name === source)
  if (entry === undefined || entry.client === null || entry.client.clientId !== clientId)
    throw new Refusal(409, 'Nothing was changed: the settings were changed meanwhile. Connect again.')
  return { loaded, entry, client: entry.client }
}

/** Two sources of one account would back up the same files twice. */
async function refuseTwice({ db }: SetUpParts, loaded: Loaded, { account }: PendingAccount, except: string | null) {
  const taken = await entryWith(db, loaded, account, except)
  if (taken !== null) throw new Refusal(409, alreadyThere(account.email, taken))
}

async function remember({ db }: SetUpParts, { account, refreshToken }: PendingAccount, entry: SourceEntry) {
  if (entry.client === null) return
  const auth = { kind: 'refresh-token', ...entry.client, refreshToken } as const
  await saveAccount(db, entry.name, { ...account, credentials: fingerprintOf({ ...entry, auth }) })
}
