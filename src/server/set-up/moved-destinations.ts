import { openDestination } from '../../app/compose.ts'
import type { FieldError } from '../../app/configuration.ts'
import { movedAway } from '../../app/destination-moved.ts'
import type { Clock } from '../../backup/model/parts.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import type { Config } from '../../config/config.ts'

/** What speaks against these destinations: one whose copies are elsewhere than it would point to. */
export async function wouldMove(db: CatalogDatabase, config: Config, clock: Clock): Promise<FieldError[]> {
  const errors: FieldError[] = []
  for (const one of config.destinations) {
    await using destination = await openDestination(one, config, db, clock)
    const message = await movedAway(db, destination)
    if (message !== null) errors.push({ field: `destinations.${one.name}`, message })
  }
  return errors
}
