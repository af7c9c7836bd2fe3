import { type Configuration, secretBox } from '../app/configuration.ts'
import type { Clock } from '../backup/model/parts.ts'
import type { CatalogDatabase } from '../catalog/open.ts'
import type { Handler } from './http/handler.ts'
import { setDestinationHandlers } from './resources/destinations-set.ts'
import { settingsHandlers } from './resources/settings.ts'
import { exclusionsHandlers } from './resources/sources/exclusions.ts'
import { googleHandlers } from './resources/sources/google.ts'
import { pendingAccountHandlers } from './resources/sources/pending-account.ts'
import { selectionHandlers } from './resources/sources/selection.ts'
import { setSourceHandlers } from './resources/sources/sources-set.ts'
import { FolderBrowser } from './set-up/folder-browser.ts'
import { PendingAccounts } from './set-up/pending-accounts.ts'
import { PendingSignIns } from './set-up/pending-sign-ins.ts'
import { TestSlots } from './set-up/test-slots.ts'

export interface SetUpOptions {
  db: CatalogDatabase
  clock: Clock
  configuration: Configuration
}

/** All by which Drivekeep is set up and changed in the browser. `close`: before the server ends. */
export function createSetUp(options: SetUpOptions): { handlers: Handler[]; close: () => void } {
  const { clock, configuration } = options
  const browser = new FolderBrowser()
  const parts = {
    ...options,
    browser,
    signIns: new PendingSignIns(clock.now),
    accounts: new PendingAccounts(clock.now, secretBox(configuration.file)),
    tests: new TestSlots(),
  }
  const resources = [
    googleHandlers,
    pendingAccountHandlers,
    setSourceHandlers,
    selectionHandlers,
    setDestinationHandlers,
    settingsHandlers,
    exclusionsHandlers,
  ]
  return { handlers: resources.flatMap((handlersOf) => handlersOf(parts)), close: () => browser.close() }
}
