import type { Clock } from '../../backup/parts.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { s3Destination } from '../../compose.ts'
import type { Config } from '../../config/config.ts'
import type { FieldError } from '../../configuration.ts'
import { movedAway } from '../../prepare-work.ts'

/** What speaks against these destinations: one whose copies are elsewhere than it would point to. */
export async function wouldMove(db: CatalogDatabase, config: Config, clock: Clock): Promise<FieldError[]> {
  const errors: FieldError[] = []
  for (const one of config.destinations) {
    await using destination = s3Destination(one, config, db, clock)
    const message = await movedAway(db, destination)
    if (message !== null) errors.push({ field: `destinations.${one.name}`, message })
  }
  return errors
}
