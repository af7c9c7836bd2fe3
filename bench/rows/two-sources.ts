import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type TimeText, timeMs } from '../../src/catalog/times.ts'
import { removeFolder, scratchFolder } from '../children.ts'
import { putsAt } from '../counters.ts'
import { type Daemon, startDaemon, until } from '../daemon.ts'
import { type DriveProcess, type S3Process, startDrive, startS3 } from '../emulators.ts'
import { peakMemoryOf } from '../proc.ts'
import { at, count as digits, figure, mebibytes, type Report } from '../report.ts'
import type { Row, Settings } from '../settings.ts'

const FILES = 500_000
const CHANGES = 200
/** Of the first backup, in which the changes are made. */
const [FROM, TO] = [0.02, 0.95]
/** A file is edited no sooner after it was created: two changes that are seen together are one. */
const EDITED_AFTER_MS = 20_000
const LIMIT_MS = 30 * 60_000
const SETTLED_WITHIN_MS = 120_000
const AIM_MS = 5000

/** What somebody changes just now does not wait for another drive's first backup. */
export const twoSources: Row = {
  about: '200 changes in one source while another one has its first backup of 500,000 files',
  run: (settings) => changesMeanwhile(settings.count ?? (settings.quick ? 20_000 : FILES), settings),
}

interface Change {
  id: string
  kind: 'created' | 'edited'
  at: number
}

async function changesMeanwhile(files: number, { say }: Settings): Promise<Report> {
  const folder = await scratchFolder()
  // A folder for every 49 files.
  await using large = await startDrive(folder, ['--data-set', 'million', '--count', `${Math.ceil((files * 50) / 49)}`])
  // Not empty: a source in which nothing was ever seen is looked at every five minutes only.
  await using small = await startDrive(folder, ['--data-set', 'small', '--user', 'other@example.com', '--seed', '2'])
  await using s3 = await startS3(['backup'], ['--discard'])
  const site = join(folder, 'daemon')
  await mkdir(site)
  // Only one CA can be trusted.
  const sources = { google_drive: large, other: { ...small, httpsUrl: small.url } }
  const places = { sources, destinations: { emulator: { s3, bucket: 'backup' } }, folder: site }
  await using daemon = await startDaemon(places, { drive: large })
  await until(daemon, 'the first backup has begun', LIMIT_MS, async () => (await putsAt(s3)) >= files * FROM)
  using catalog = open(join(site, 'sync_state.db'))
  const began = { at: performance.now(), puts: await putsAt(s3) }
  const changes = await changeNowAndThen(daemon, { small, s3 }, files)
  const meanwhile = ((await putsAt(s3)) - began.puts) / ((performance.now() - began.at) / 1000)
  const left = catalog.pendingOf('google_drive')
  say(`  ${changes.length} changes made, ${digits(left)} files of the first backup are left`)
  await until(
    daemon,
    'all changes are stored',
    SETTLED_WITHIN_MS,
    async () => catalog.seenAll(changes) && catalog.pendingOf('other') === 0,
  )
  const taken = changes.map((change) => catalog.timesOf(change))
  const peak = peakMemoryOf(daemon.pid)
  removeFolder(folder)

  const toStored = taken.map(({ seen, stored }) => stored - seen)
  const line = (name: string, ms: readonly number[]) => [
    name,
    ...[0.5, 0.95, 1].map((share) => figure(at(ms, share) / 1000)),
  ]
  const p95 = at(toStored, 0.95)
  return {
    method: `The daemon's work with two sources and one destination. While the first backup of ${digits(files)} files goes on, ${CHANGES} changes are made in the other source, new files and edits in turns, evenly spread from ${FROM * 100} % to ${TO * 100} % of the first backup. *Seen* is the time at which the watch that records it began its look, *stored* that of the record of its copy.`,
    tables: [
      {
        head: ['seconds', 'median', 'p95', 'worst'],
        rows: [
          line('from seen to stored', toStored),
          line(
            'from the change to seen',
            taken.map(({ made, seen }) => seen - made),
          ),
          line(
            'from the change to stored',
            taken.map(({ made, stored }) => stored - made),
          ),
        ],
      },
      {
        head: ['first backup', 'files/s meanwhile', 'left', 'peak MiB'],
        rows: [[digits(files), figure(meanwhile), digits(left), mebibytes(peak)]],
      },
    ],
    notes: [
      `From seen to stored: p95 ${figure(p95 / 1000)} s; at most ${AIM_MS / 1000} s were asked for: ${p95 <= AIM_MS ? 'met' : 'NOT met'}.`,
      ...(left === 0 ? ['The first backup was over before the last change: the figures are too good.'] : []),
    ],
  }
}

async function changeNowAndThen(
  daemon: Daemon,
  { small, s3 }: { small: DriveProcess; s3: S3Process },
  files: number,
): Promise<Change[]> {
  const changes: Change[] = []
  const unedited: Change[] = []
  for (let made = 0; made < CHANGES; made++) {
    const due = files * (FROM + ((TO - FROM) * made) / CHANGES)
    await until(daemon, `${due} files are stored`, LIMIT_MS, async () => (await putsAt(s3)) >= due)
    const moment = Date.now()
    const old = made % 2 === 1 && moment - (unedited[0]?.at ?? moment) >= EDITED_AFTER_MS
    const edited = old ? unedited.shift()?.id : undefined
    const mutation = edited === undefined ? { do: 'create', name: `note ${made}` } : { do: 'edit', id: edited }
    const [{ id }] = (await small.control('POST', 'mutations', [{ ...mutation, content: `text ${made}` }])) as [
      { id: string },
    ]
    const change: Change = { id: edited ?? id, kind: edited === undefined ? 'created' : 'edited', at: moment }
    changes.push(change)
    if (edited === undefined) unedited.push(change)
  }
  return changes
}

/** The catalog of the running daemon, read from outside. */
function open(file: string) {
  const db = new Database(file, { readonly: true })
  const item = db.prepare<[string], { id: number; first_seen: TimeText }>(
    'select id, first_seen from items where file_id = ?',
  )
  const edit = db.prepare<[string], { timestamp: TimeText }>(
    "select timestamp from sync_logs where file_id = ? and action = 'changed'",
  )
  // Of a copy, the same moment; a copy that was kept aside has the time of that.
  const stored = db.prepare<[number], { captured_at: TimeText }>(
    'select captured_at from revisions where file = ? order by captured_at',
  )
  const pending = db.prepare<[string], { files: number | null }>(`select sum(deliveries) as files from delivery_tallies
    where source_id = (select id from sources where config_name = ?)`)
  const seenAt = ({ id, kind }: Change) => (kind === 'created' ? item.get(id)?.first_seen : edit.get(id)?.timestamp)
  return {
    pendingOf: (source: string) => pending.get(source)?.files ?? 0,
    seenAll: (changes: readonly Change[]) => changes.every((change) => seenAt(change) !== undefined),
    timesOf(change: Change): { made: number; seen: number; stored: number } {
      const seen = seenAt(change)
      const revisions = stored.all(item.get(change.id)?.id ?? 0)
      const revision = change.kind === 'created' ? revisions.at(0) : revisions.at(1)
      if (seen === undefined || revision === undefined)
        throw new Error(`${change.id} was ${change.kind}, and is not stored`)
      return { made: change.at, seen: timeMs(seen), stored: timeMs(revision.captured_at) }
    },
    [Symbol.dispose]: () => db.close(),
  }
}
