import type { Changes, Configuration, Standing } from '../../app/configuration.ts'
import { type FieldError, SettingsRefused } from '../../app/configuration.ts'
import type { Clock } from '../../backup/model/parts.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import type { Route } from '../contract/route.ts'
import { type Call, Refusal } from '../http/handler.ts'
import type { FolderBrowser } from './folder-browser.ts'
import { wouldMove } from './moved-destinations.ts'
import type { PendingAccounts } from './pending-accounts.ts'
import type { PendingSignIns } from './pending-sign-ins.ts'
import type { TestSlots } from './test-slots.ts'

/** What the resources of the set-up share: Google, the selection, destinations and settings. */
export interface SetUpParts {
  db: CatalogDatabase
  clock: Clock
  configuration: Configuration
  signIns: PendingSignIns
  accounts: PendingAccounts
  browser: FolderBrowser
  tests: TestSlots
}

/** Changes settings in the caller's name, all or none; what cannot be is a 422 that names each key. */
export async function changeSettings(parts: SetUpParts, call: Call<Route>, changes: Changes): Promise<Standing> {
  const by = call.caller?.user.name ?? 'nobody'
  try {
    return await parts.configuration.change(changes, by, (config) => wouldMove(parts.db, config, parts.clock))
  } catch (error) {
    throw refusalOf(error)
  }
}

export function refusalOf(error: unknown): unknown {
  return error instanceof SettingsRefused ? unprocessable(error.errors) : error
}

function unprocessable(errors: readonly FieldError[]): Refusal {
  const [first] = errors
  const more = errors.length > 1 ? ` And ${errors.length - 1} more.` : ''
  const said = first === undefined ? '' : first.field === '' ? first.message : `${first.field} ${first.message}`
  return new Refusal(422, `Nothing was changed: ${said}${more}`, { errors: [...errors] })
}
