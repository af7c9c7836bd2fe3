import type { CatalogDatabase } from '../../catalog/open.ts'
import { saveSetting, setting } from '../../catalog/settings.ts'
import { knownSources } from '../../catalog/sources.ts'

/** Whose drive a sign-in opens, as Google said when it was made: the catalog knows it only from the first cycle on. */
interface KnownAccount {
  email: string
  /** The fingerprint of its credentials. */
  credentials: string
}

const NAME = 'google_account'

export function saveAccount(db: CatalogDatabase, account: KnownAccount): Promise<void> {
  return saveSetting(db, NAME, JSON.stringify(account))
}

/** Whose drive these credentials open; null: nobody has asked yet. */
export async function accountOf(db: CatalogDatabase, credentials: string): Promise<string | null> {
  const source = (await knownSources(db)).find((one) => one.credentials === credentials)
  if (source !== undefined) return source.email
  const last = await lastAccount(db)
  return last?.credentials === credentials ? last.email : null
}

/** Whose drive was connected, or backed up, last; null: nobody's. */
export async function accountBefore(db: CatalogDatabase): Promise<string | null> {
  return (await lastAccount(db))?.email ?? (await knownSources(db)).at(-1)?.email ?? null
}

async function lastAccount(db: CatalogDatabase): Promise<KnownAccount | null> {
  const value = await setting(db, NAME)
  return value === null ? null : (JSON.parse(value) as KnownAccount)
}
