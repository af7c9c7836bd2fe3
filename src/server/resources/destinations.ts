import { readMessage } from '../../backup/fault-message.ts'
import { type LogLine, lastErrors } from '../../catalog/activity.ts'
import { destinationTests } from '../../catalog/destination-tests.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { setting } from '../../catalog/settings.ts'
import { knownSources } from '../../catalog/sources.ts'
import { type CopyTallies, copyTallies } from '../../catalog/tallies.ts'
import { isoTime } from '../../catalog/times.ts'
import { DESTINATION_TYPES, type DestinationType } from '../../config/destination-types.ts'
import type { Loaded } from '../../config/load.ts'
import type { WrittenDestination } from '../../config/schema.ts'
import * as routes from '../contract/destinations.ts'
import type { Trouble } from '../contract/status.ts'
import { ofDestination, troubleOf } from '../figures/trouble.ts'
import { answers, type Handler } from '../handler.ts'

export interface DestinationParts {
  db: CatalogDatabase
  /** The configuration as it stands. */
  configuration: () => Promise<Loaded>
}

const TITLES: Record<DestinationType, string> = {
  aws: 'Amazon S3',
  scaleway: 'Scaleway Object Storage',
  backblaze: 'Backblaze B2',
  cloudflare: 'Cloudflare R2',
  wasabi: 'Wasabi',
  hetzner: 'Hetzner Object Storage',
  minio: 'MinIO',
  ceph: 'Ceph',
  garage: 'Garage',
  other: 'Another S3-compatible server',
}

/** Where copies go. */
export function destinationsHandlers(parts: DestinationParts): Handler[] {
  return [
    answers(routes.listDestinations, async () => ({
      destinations: await readDestinations(parts),
      types: Object.entries(DESTINATION_TYPES).map(([type, { region, endpoint }]) => ({
        type,
        title: TITLES[type as DestinationType],
        default_region: region,
        needs_endpoint: endpoint === 'needed',
      })),
    })),
  ]
}

/** How far back errors are looked through, and how many of each destination are told. */
const ERRORS_LOOKED_AT = 500
const ERRORS_TOLD = 5

/** Every destination that is configured, and those that were once and still hold copies. */
export async function readDestinations({ db, configuration }: DestinationParts) {
  const loaded = await configuration()
  const configured = new Map(Object.entries(loaded.written.destinations))
  const stored = new Map((await copyTallies(db)).map((tallies) => [tallies.destination, tallies]))
  const errors = (await lastErrors(db, ERRORS_LOOKED_AT)).filter(({ message }) => message !== null)
  const tests = await destinationTests(db)
  const troubles = await destinationTroubles(db)
  const alone = [...configured.values()].filter(({ enabled }) => enabled).length === 1
  const answers = []
  for (const name of new Set([...configured.keys(), ...stored.keys()])) {
    const written = configured.get(name) ?? null
    const address = await setting(db, `destination.${name}`)
    // With one destination there is no doubt whose error it is; of several only the place that is named can tell.
    const place = `bucket "${written?.bucket}"${hostIn(address)}`
    const concerns = (about: { fault: string; message: string }) =>
      ofStorage(about.fault) && written?.enabled === true && (alone || about.message.includes(place))
    const tested = tests.get(name)
    answers.push({
      name,
      type: written?.type ?? 'other',
      enabled: written?.enabled ?? false,
      settings: written === null ? null : settingsOf(written),
      origin:
        written === null || !loaded.fileGives(['destinations', name]) ? ('dashboard' as const) : ('file' as const),
      address,
      ...held(stored.get(name)),
      last_test: tested === undefined ? null : { at: new Date(tested.at).toISOString(), ok: tested.ok },
      last_errors: errors.flatMap((line) => errorOf(line, name, concerns)).slice(0, ERRORS_TOLD),
      trouble: troubles.find(concerns) ?? null,
    })
  }
  return answers
}

/** Where an address (`s3://bucket/prefix at https://host/path`) leads, as faults name it; empty before it was ever used. */
function hostIn(address: string | null): string {
  const host = URL.parse(address?.split(' at ').at(-1) ?? '')?.host
  return host === undefined ? '' : ` at ${host}: `
}

function settingsOf(written: WrittenDestination) {
  const { type, bucket, region, prefix, endpoint, force_path_style, storage_class, access_key_id } = written
  return {
    bucket: bucket ?? '',
    region: region ?? DESTINATION_TYPES[type].region ?? '',
    prefix,
    endpoint,
    force_path_style,
    storage_class,
    access_key_id,
  }
}

function held(tallies: CopyTallies | undefined) {
  const { mirror, history, lastStored } = tallies ?? { mirror: NOTHING, history: NOTHING, lastStored: null }
  return {
    files: mirror.copies,
    bytes: mirror.bytes,
    history_files: history.copies,
    history_bytes: history.bytes,
    last_write: isoTime(lastStored),
  }
}
const NOTHING = { copies: 0, bytes: 0 }

function errorOf(line: LogLine, name: string, concerns: (about: { fault: string; message: string }) => boolean) {
  const message = line.message ?? ''
  const { fault, happened } = readMessage(message)
  // A lost object is not a fault's message: it begins with the destination's name.
  const mine = line.action === 'lost' ? message.startsWith(`${name}: `) : concerns({ fault: fault ?? '', message })
  return mine ? [{ at: isoTime(line.timestamp), path: line.path, message: happened }] : []
}

/** What ended the last cycle of a source, where that was a destination. */
async function destinationTroubles(db: CatalogDatabase): Promise<Trouble[]> {
  return (await knownSources(db)).flatMap(({ last_fault: fault, last_fault_message: message }) =>
    fault === null || !ofDestination(fault) ? [] : [troubleOf(fault, message ?? '')],
  )
}

function ofStorage(fault: string): boolean {
  return fault.startsWith('s3/')
}
