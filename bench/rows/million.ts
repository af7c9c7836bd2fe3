import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { removeFolder, scratchFolder } from '../children.ts'
import { compareCycles, compareVersions } from '../compare-cycles.ts'
import { addRun, type Contender, median, orderOf, type Run, type Runs, runAt, type Site, typical } from '../contest.ts'
import { drivekeep, envFor, HEAP_FLAGS, summaryIn, writeConfig } from '../drivekeep.ts'
import { type DriveProcess, startDrive, startS3 } from '../emulators.ts'
import { bounds } from '../first-backup.ts'
import { PRESENT, type Version, versionOf } from '../installation.ts'
import { readProfiles, total } from '../profile.ts'
import { aimsTable, count as digits, figure, mebibytes, type Report, type Table } from '../report.ts'
import type { Row, Settings } from '../settings.ts'

const LIMIT_SECONDS = 1800
const MIB = 2 ** 20

/** What was asked for: items a second on two cores with the emulator beside it, and the most memory. */
const ITEMS_PER_SECOND = 20_000
const PEAK_MIB = 300
/** Beside an older version. */
const AIM_OLDER = 1.05

/** A large drive: its listing, its first backup, and what ten changes cost afterwards. */
export const million: Row = {
  about: '1,000,000 items: listing, first backup, then cycles with ten changes and with none',
  run: (settings) => {
    const count = settings.count ?? (settings.quick ? 20_000 : 1_000_000)
    return settings.against === null ? largeDrive(count, settings) : besideOlder(count, settings.against, settings)
  },
}

async function largeDrive(count: number, { runs, quick, say }: Settings): Promise<Report> {
  const folder = await scratchFolder()
  await using drive = await startDrive(folder, ['--data-set', 'million', '--count', `${count}`])
  await using s3 = await startS3(['backup', 'empty'], ['--discard'])
  const siteIn = async (name: string, of: DriveProcess = drive, bucket = 'backup'): Promise<Site> => {
    await mkdir(join(folder, name))
    return { drive: of, s3, bucket, folder: join(folder, name) }
  }

  const scans: Run[] = []
  for (let round = 0; round < runs; round++) {
    const site = await siteIn(`scan-${round}`)
    const run = await runAt(site, scan())
    removeFolder(site.folder) // a catalog of a million rows
    const { seconds } = scanned(run, count)
    say(`  listing ${round + 1}/${runs}: ${seconds.toFixed(1)} s, peak ${(run.peakBytes / MIB).toFixed(0)} MiB`)
    scans.push(run)
  }
  const profiled = await siteIn('profile')
  await runAt(profiled, scan(['--cpu-prof', '--cpu-prof-dir', profiled.folder]))
  const split = splitTable(await readProfiles(profiled.folder))
  removeFolder(profiled.folder)

  const whole = await siteIn('whole')
  const backup = await runAt(whole, drivekeep({ limitSeconds: LIMIT_SECONDS }))
  const { synced, failed } = summaryIn(backup.stdout)
  if (synced !== count || Object.keys(failed).length > 0) throw new Error(`not all was synced: ${backup.stdout}`)
  say(`  first backup: ${backup.seconds.toFixed(0)} s, peak ${(backup.peakBytes / MIB).toFixed(0)} MiB`)

  await using emptyDrive = await startDrive(folder, ['--data-set', 'empty'])
  const small = await siteIn('empty', emptyDrive, 'empty')
  const cycles = await compareCycles(whole, small, quick ? 5 : 20)
  removeFolder(folder)

  const rate = count / median(scans.map((run) => scanned(run, count).seconds))
  return {
    method: `${digits(count)} items (49 files of up to 4 KiB to a folder). The listing is the product's own watch into a new catalog, without transfers (${runs} ${runs === 1 ? 'run' : 'runs, medians'}; its split from one more run under \`--cpu-prof\`); the first backup is \`drivekeep sync\`, once; then one process looks after ten changes, or none, in turns with one on an empty drive.`,
    tables: [workTable(count, scans, backup), split, ...cycles.tables],
    notes: [
      `Listing: ${digits(rate)} items/s; at least ${digits(ITEMS_PER_SECOND)} were asked for: ${rate >= ITEMS_PER_SECOND ? 'met' : 'NOT met'}.`,
      `Listing: peak ${mebibytes(typical(scans).peakBytes)} MiB; under ${PEAK_MIB} were asked for: ${typical(scans).peakBytes / MIB < PEAK_MIB ? 'met' : 'NOT met'}.`,
      ...bounds(
        new Map([
          ['listing', scans],
          ['first backup', [backup]],
        ]),
        availableParallelism(),
      ),
    ],
  }
}

/** The same by two versions in turns: the listing several times, the whole first backup once. */
async function besideOlder(count: number, commit: string, { runs, quick, say }: Settings): Promise<Report> {
  const versions = [PRESENT, versionOf(commit)]
  const folder = await scratchFolder()
  await using drive = await startDrive(folder, ['--data-set', 'million', '--count', `${count}`])
  await using s3 = await startS3(
    versions.map((_, at) => `bucket-${at}`),
    ['--discard'],
  )
  const siteOf = async (version: Version, name: string): Promise<Site> => {
    const at = versions.indexOf(version)
    await mkdir(join(folder, `${name}-${at}`))
    return { drive, s3, bucket: `bucket-${at}`, folder: join(folder, `${name}-${at}`) }
  }

  const scans: Runs = new Map(versions.map(({ name }) => [name, []]))
  for (let round = 0; round < runs; round++)
    for (const version of orderOf(versions, round)) {
      const site = await siteOf(version, `scan-${round}`)
      const run = await runAt(site, scan([], version))
      removeFolder(site.folder)
      say(
        `  listing ${round + 1}/${runs} ${version.name}: ${scanned(run, count).seconds.toFixed(1)} s, CPU ${run.cpuSeconds.toFixed(1)} s`,
      )
      addRun(scans, version.name, run)
    }
  const wholes: Runs = new Map()
  const sites: Site[] = []
  for (const version of versions) {
    const site = await siteOf(version, 'whole')
    const run = await runAt(site, drivekeep({ version, limitSeconds: LIMIT_SECONDS }))
    if (summaryIn(run.stdout).synced !== count) throw new Error(`not all was synced: ${run.stdout}`)
    say(`  first backup ${version.name}: ${run.seconds.toFixed(0)} s, CPU ${run.cpuSeconds.toFixed(1)} s`)
    addRun(wholes, version.name, run)
    sites.push(site)
  }
  const [present, older] = sites
  if (present === undefined || older === undefined) throw new Error('two versions were to be compared')
  const cycles = await compareVersions(present, older, commit, quick ? 5 : 20)
  removeFolder(folder)

  const ratios = (what: string, runs: Runs) => {
    const [ours, theirs] = versions.map(({ name }) => typical(runs.get(name) ?? []))
    if (ours === undefined || theirs === undefined) return []
    return [
      { what: `${what}, time`, ratio: ours.seconds / theirs.seconds, atMost: AIM_OLDER },
      { what: `${what}, CPU`, ratio: ours.cpuSeconds / theirs.cpuSeconds, atMost: AIM_OLDER },
      { what: `${what}, peak memory`, ratio: ours.peakBytes / theirs.peakBytes },
    ]
  }
  const table = versions.map(({ name }) => workTable(count, scans.get(name) ?? [], wholes.get(name)?.[0], name))
  return {
    method: `${digits(count)} items (49 files of up to 4 KiB to a folder), listed into new catalogs in turns, ${runs} times each; then the whole first backup, once each; then both versions look after the same ten changes, or none.`,
    tables: [
      ...table,
      aimsTable([...ratios('listing', scans), ...ratios('first backup', wholes)], `present ÷ ${commit}`),
      ...cycles.tables,
    ],
    notes: [],
  }
}

function scan(nodeArgs: readonly string[] = [], version: Version = PRESENT): Contender {
  return {
    name: version.name,
    prepare: async (site) => ({
      command: process.execPath,
      args: [...HEAP_FLAGS, ...nodeArgs, await programOf(version), await writeConfig(site)],
      env: envFor(site),
      limitSeconds: LIMIT_SECONDS,
    }),
  }
}

async function programOf(version: Version): Promise<string> {
  return join(await version.sources(), 'bench', 'programs', 'scan.ts')
}

function scanned({ stdout }: Run, count: number): { items: number; seconds: number } {
  const result = JSON.parse(stdout) as { items: number; seconds: number }
  if (result.items < count) throw new Error(`the listing showed ${result.items} items of ${count}`)
  return result
}

function workTable(count: number, scans: readonly Run[], backup: Run | undefined, name = ''): Table {
  const line = (name: string, runs: readonly Run[], seconds: number): string[] => {
    const { cpuSeconds, peakBytes, driveCalls, s3Calls } = typical(runs)
    const costs = [figure((cpuSeconds / count) * 1e6), mebibytes(peakBytes), digits(driveCalls), digits(s3Calls)]
    return [name, String(runs.length), figure(seconds), digits(count / seconds), ...costs]
  }
  return {
    head: [name, 'runs', 's', 'items/s', 'CPU µs/item', 'peak MiB', 'Drive calls', 'S3 calls'],
    rows: [
      line('listing into the catalog', scans, median(scans.map((run) => scanned(run, count).seconds))),
      ...(backup === undefined ? [] : [line('first backup, all of it', [backup], backup.seconds)]),
    ],
  }
}

function splitTable(threads: Awaited<ReturnType<typeof readProfiles>>): Table {
  const shares = ['waiting', 'network', 'parsing', 'database', 'garbage collection', 'native', 'other'] as const
  return {
    head: ['thread of the listing', 's', ...shares],
    rows: threads.map((thread, at) => {
      const all = total(thread)
      const percents = shares.map((share) => `${Math.round(((thread.get(share) ?? 0) / all) * 100)} %`)
      return [at === 0 ? 'busiest' : `next ${at}`, figure(all), ...percents]
    }),
  }
}
