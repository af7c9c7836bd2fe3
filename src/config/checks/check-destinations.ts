import { join } from 'node:path'
import { providerNamed } from '../../destinations/destination-types.ts'
import type { Written, WrittenDestination } from '../schema/schema.ts'
import type { Complaints } from './complaints.ts'

/** What the schema cannot see in `destinations`: what belongs together, and whether there is any. */
export function checkDestinations(
  destinations: Written['destinations'],
  inFolder: (path: string) => string,
  complaints: Complaints,
): void {
  const places = new Map<string, string>()
  let enabled = 0
  for (const [name, destination] of Object.entries(destinations)) {
    if (!destination.enabled) continue
    enabled += 1
    if (destination.type === 'folder') checkFolder(name, destination, complaints)
    else checkBucket(name, destination, complaints)
    const place = placeOf(destination, inFolder)
    const other = place === null ? undefined : places.get(place)
    if (other !== undefined) {
      const [what, remedy] =
        destination.type === 'folder'
          ? ['folder and prefix', 'Give one of them another path or prefix, or remove it.']
          : ['bucket and prefix', 'Give one of them another bucket or prefix, or remove it.']
      complaints.add(['destinations', name], `points at the same ${what} as ${other}`, remedy)
    }
    if (place !== null) places.set(place, name)
  }
  if (enabled === 0 && !complaints.list.some((known) => known.path.startsWith('destinations'))) {
    const remedy = 'Add one with its bucket or folder, here or in the dashboard, or write enabled: true under it.'
    complaints.add(['destinations'], 'has no enabled destination', remedy, 'missing')
  }
}

const OF_BUCKETS = ['bucket', 'region', 'endpoint', 'access_key_id', 'secret_access_key', 'storage_class'] as const

function checkFolder(name: string, destination: WrittenDestination, complaints: Complaints): void {
  const at = (key: string) => ['destinations', name, key]
  if (destination.path === null)
    complaints.add(at('path'), 'is missing, and type folder needs it', 'Write the folder, such as /mnt/backup.')
  for (const key of OF_BUCKETS)
    if (destination[key] !== null && !complaints.about(at(key)))
      complaints.add(at(key), 'does not apply to type folder', 'Remove it, or write the type of the bucket.')
}

function checkBucket(name: string, destination: WrittenDestination, complaints: Complaints): void {
  const at = (key: string) => ['destinations', name, key]
  const { type, access_key_id: id, secret_access_key: secret } = destination
  if (type === 'folder') return
  const known = providerNamed(type)
  if (destination.path !== null && !complaints.about(at('path')))
    complaints.add(at('path'), `does not apply to type ${type}`, 'Remove it, or write type: folder.')
  if (destination.bucket === null) complaints.add(at('bucket'), 'is missing', 'Write the name of the bucket.')
  else if (type === 'aws' && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(destination.bucket)) {
    const remedy = 'Check it in the S3 console.'
    complaints.add(at('bucket'), 'must be 3 to 63 lower-case letters, digits, dots and hyphens on AWS', remedy)
  }
  if (known.endpoint.of === null && destination.endpoint === null) {
    complaints.add(at('endpoint'), `is missing, and type ${type} needs it`, 'Write the address of the server.')
  }
  if (known.region.default === null && destination.region === null) {
    const remedy = 'Write the region of the bucket, as the provider shows it.'
    complaints.add(at('region'), `is missing, and type ${type} needs it`, remedy)
  }
  const [missing, present] =
    id === null ? ['access_key_id', 'secret_access_key'] : ['secret_access_key', 'access_key_id']
  if ((id === null) !== (secret === null) && !complaints.about(at(missing))) {
    const remedy = 'Set both, or neither to use the standard AWS credential chain.'
    complaints.add(at(missing), `is missing, while ${present} is set`, remedy)
  }
}

/**
 * Where a destination is; null: that is not known yet. Buckets of one provider share their names, so on AWS the region does
 * not tell two of them apart.
 */
function placeOf(
  { type, bucket, path, prefix, endpoint, region }: WrittenDestination,
  inFolder: (path: string) => string,
): string | null {
  if (type === 'folder') return path === null ? null : JSON.stringify([join(inFolder(path), trimSlashes(prefix))])
  if (bucket === null) return null
  const server = endpoint === null ? [type, type === 'aws' ? null : region] : [trimSlashes(endpoint).toLowerCase()]
  return JSON.stringify([...server, bucket, trimSlashes(prefix)])
}

/** A prefix or address without slashes at its ends. */
export function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, '')
}
