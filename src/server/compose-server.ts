import type { Logger } from 'pino'
import type { Clock } from '../backup/parts.ts'
import type { CatalogDatabase } from '../catalog/open.ts'
import type { Configuration } from '../configuration.ts'
import { setUpSteps } from '../set-up.ts'
import type { Access } from './access/access.ts'
import type { Handler } from './handler.ts'
import type { ProgressFeed } from './progress-feed.ts'
import { accessHandlers } from './resources/access.ts'
import { referenceHandlers } from './resources/reference.ts'

/** What the resources are made of. */
export interface ServerParts {
  /** A connection of the server's own. */
  db: CatalogDatabase
  clock: Clock
  configuration: Configuration
  progress: ProgressFeed
  access: Access
  log: Logger
  version: string
}

/** Every resource of the API. Nothing else knows them all. */
export function allHandlers(parts: ServerParts): Handler[] {
  const { db, access, configuration } = parts
  const steps = async () => setUpSteps(db, (await configuration.current()).loaded)
  return [...accessHandlers(access, steps), ...referenceHandlers(parts.version)]
}
