import { DESTINATION_TYPES } from '../schema/destination-types.ts'
import type { Written, WrittenDestination } from '../schema/schema.ts'
import type { Complaints } from './complaints.ts'

/** What the schema cannot see in `destinations`: what belongs together, and whether there is any. */
export function checkDestinations(destinations: Written['destinations'], complaints: Complaints): void {
  const places = new Map<string, string>()
  let enabled = 0
  for (const [name, destination] of Object.entries(destinations)) {
    if (!destination.enabled) continue
    enabled += 1
    checkDestination(name, destination, complaints)
    if (destination.bucket === null) continue
    const place = placeOf(destination)
    const other = places.get(place)
    if (other !== undefined) {
      const remedy = 'Give one of them another bucket or prefix, or remove it.'
      complaints.add(['destinations', name], `points at the same bucket and prefix as ${other}`, remedy)
    }
    places.set(place, name)
  }
  if (enabled === 0 && !complaints.list.some((known) => known.path.startsWith('destinations'))) {
    const remedy = 'Add one with its bucket, here or in the dashboard, or write enabled: true under it.'
    complaints.add(['destinations'], 'has no enabled destination', remedy, 'missing')
  }
}

function checkDestination(name: string, destination: WrittenDestination, complaints: Complaints): void {
  const at = (key: string) => ['destinations', name, key]
  const { type, access_key_id: id, secret_access_key: secret } = destination
  const known = DESTINATION_TYPES[type]
  if (destination.bucket === null) complaints.add(at('bucket'), 'is missing', 'Write the name of the bucket.')
  else if (type === 'aws' && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(destination.bucket)) {
    const remedy = 'Check it in the S3 console.'
    complaints.add(at('bucket'), 'must be 3 to 63 lower-case letters, digits, dots and hyphens on AWS', remedy)
  }
  if (known.endpoint === 'needed' && destination.endpoint === null) {
    complaints.add(at('endpoint'), `is missing, and type ${type} needs it`, 'Write the address of the server.')
  }
  if (known.region === null && destination.region === null) {
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

/** Buckets of one provider share their names, so on AWS the region does not tell two of them apart. */
function placeOf({ type, bucket, prefix, endpoint, region }: WrittenDestination): string {
  const server = endpoint === null ? [type, type === 'aws' ? null : region] : [trimSlashes(endpoint).toLowerCase()]
  return JSON.stringify([...server, bucket, trimSlashes(prefix)])
}

/** A prefix or address without slashes at its ends. */
export function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, '')
}
