import type { Destination } from '../backup/model/destination.ts'
import { addressOf, layoutOf } from '../catalog/destinations.ts'
import type { CatalogDatabase } from '../catalog/open.ts'
import { forgetUploads, hasCopies } from '../catalog/work/copies.ts'

/** A destination of the configuration is not where its copies are, or its keys are not what theirs are. */
export class DestinationMoved extends Error {
  override readonly name = 'DestinationMoved'
}

/** Throws DestinationMoved. */
export async function checkDestination(db: CatalogDatabase, destination: Destination): Promise<void> {
  const moved = await movedAway(db, destination)
  if (moved !== null) throw new DestinationMoved(moved)
  const { name, address } = destination
  if ((await addressOf(db, name)) !== address) await forgetUploads(db, name)
}

/** Why this destination cannot be where it now points to, or have this layout; null when it can. */
export async function movedAway(
  db: CatalogDatabase,
  { name, address, keys }: Pick<Destination, 'name' | 'address' | 'keys'>,
): Promise<string | null> {
  const known = await addressOf(db, name)
  // As long as nothing is stored there, a wrong bucket or endpoint may be corrected.
  if (known === null || !(await hasCopies(db, name))) return null
  if (known !== address)
    return (
      `destinations.${name} now points to ${address}, but the copies in the catalog are in ${known}. ` +
      `Give the new place a name of its own under destinations (and set enabled: false for ${name} when it is no longer wanted), or restore the old address.`
    )
  const stands = await layoutOf(db, name)
  if (stands === null || stands.layout === keys.layout || stands.convert_to === keys.layout) return null
  return (
    `destinations.${name} has layout ${keys.layout} now, but its copies are stored in layout ${stands.layout}. ` +
    `Convert them with \`drivekeep destination convert ${name} --to ${keys.layout}\`, or set layout: ${stands.layout} again.`
  )
}
