import type { Logger } from 'pino'
import type { Configuration } from '../app/configuration.ts'
import { isSetUp, type SetUpSteps, setUpSteps } from '../app/set-up.ts'
import type { Clock } from '../backup/model/parts.ts'
import type { CatalogDatabase } from '../catalog/open.ts'
import type { Access } from './access/access.ts'
import type { Progress } from './contract/status.ts'
import { createFigures, type Figures } from './figures.ts'
import type { Handler } from './http/handler.ts'
import { checkComplete } from './http/routes.ts'
import { rateLimited } from './live/rate-limited.ts'
import { accessHandlers } from './resources/people/access.ts'
import { referenceHandlers } from './resources/reference.ts'
import { createSetUp } from './set-up.ts'

/** What the resources are made of. */
export interface ServerParts {
  /** A connection of the server's own. */
  db: CatalogDatabase
  clock: Clock
  configuration: Configuration
  /** What goes on at this moment, as the daemon told it last. */
  progress: () => Progress
  access: Access
  log: Logger
  version: string
}

/** Every resource of the API. Nothing else knows them all. `close`: before the server ends. */
export function allHandlers(parts: ServerParts): { handlers: Handler[]; close: () => void } {
  const { db, access, configuration } = parts
  const steps = async () => setUpSteps(db, (await configuration.current()).loaded)
  const figures = figuresOf(parts, steps)
  const setUp = createSetUp(parts)
  const handlers = [
    ...accessHandlers(access, steps),
    ...referenceHandlers(parts.version),
    ...figures.handlers,
    ...setUp.handlers,
  ]
  checkComplete(handlers)
  return {
    handlers,
    close() {
      figures.close()
      setUp.close()
    },
  }
}

function figuresOf(parts: ServerParts, steps: () => Promise<SetUpSteps>): Figures {
  const { db, clock, version, progress, configuration, log } = parts
  return createFigures({
    db,
    now: clock.now,
    version,
    progress,
    configuration: async () => (await configuration.current()).loaded,
    isSetUp: async () => isSetUp(await steps()),
    failed: rateLimited(clock.now, (error) =>
      log.error({ err: error }, 'the dashboard could not be told what happens; it is tried again'),
    ),
  })
}
