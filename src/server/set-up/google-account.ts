import { fingerprintOf } from '../../app/compose.ts'
import type { Identity } from '../../backup/model/source.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { forgetSetting, saveSetting, setting } from '../../catalog/settings.ts'
import { knownSources } from '../../catalog/sources.ts'
import type { SourceEntry } from '../../config/config.ts'
import type { Loaded } from '../../config/file/load.ts'
import { GOOGLE_DRIVE } from '../../config/schema/schema.ts'
import { canSignIn } from './source-entry.ts'

/** Whose drive it is. */
export interface Account {
  email: string
  /** Google's own number of the user, which outlives a change of the address; null: not known. */
  permissionId: string | null
}

/** As Google said when the sign-in was made: the catalog knows it only from the first cycle on. */
interface KnownAccount extends Account {
  /** The fingerprint of its credentials. */
  credentials: string
}

export function accountIn(who: Identity): Account {
  const { permissionId } = who as Identity & { permissionId?: string | null }
  return { email: who.email, permissionId: permissionId ?? null }
}

export function isSameAccount(one: Account, other: Account): boolean {
  if (one.permissionId !== null && other.permissionId !== null) return one.permissionId === other.permissionId
  return one.email.toLowerCase() === other.email.toLowerCase()
}

export function saveAccount(db: CatalogDatabase, source: string, account: KnownAccount): Promise<void> {
  return saveSetting(db, settingOf(source), JSON.stringify(account))
}

export function forgetAccount(db: CatalogDatabase, source: string): Promise<void> {
  return forgetSetting(db, settingOf(source))
}

/** Whose drive this entry's credentials open; null: nobody has asked yet. */
export async function accountOf(db: CatalogDatabase, entry: SourceEntry): Promise<Account | null> {
  if (!canSignIn(entry)) return null
  const credentials = fingerprintOf(entry)
  const last = await lastAccount(db, entry.name)
  if (last?.credentials === credentials) return last
  const source = (await knownSources(db)).find((one) => one.credentials === credentials)
  return source === undefined ? null : { email: source.email, permissionId: null }
}

/** Whose drive this entry has watched until now; null: nobody's, or somebody has disconnected it. */
export async function accountBefore(db: CatalogDatabase, entry: SourceEntry): Promise<Account | null> {
  return (await accountOf(db, entry)) ?? (await lastAccount(db, entry.name))
}

/** The entry, other than `except`, that backs up this account already. */
export async function entryWith(
  db: CatalogDatabase,
  { entries }: Loaded,
  account: Account,
  except: string | null,
): Promise<string | null> {
  for (const entry of entries) {
    if (entry.name === except) continue
    const theirs = await accountOf(db, entry)
    if (theirs !== null && isSameAccount(theirs, account)) return entry.name
  }
  return null
}

async function lastAccount(db: CatalogDatabase, source: string): Promise<KnownAccount | null> {
  const value = await setting(db, settingOf(source))
  if (value === null) return null
  // An older version has saved no permission id.
  const {
    email,
    credentials,
    permissionId = null,
  } = JSON.parse(value) as Omit<KnownAccount, 'permissionId'> & {
    permissionId?: string | null
  }
  return { email, credentials, permissionId }
}

const settingOf = (source: string) => (source === GOOGLE_DRIVE ? 'google_account' : `google_account.${source}`)
