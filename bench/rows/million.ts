import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder, scratchFolder } from '../children.ts'
import { compareCycles } from '../compare-cycles.ts'
import { type Contender, median, type Run, runAt, type Site, typical } from '../contest.ts'
import { drivekeep, envFor, HEAP_FLAGS, summaryIn, writeConfig } from '../drivekeep.ts'
import { type DriveProcess, startDrive, startS3 } from '../emulators.ts'
import { bounds } from '../first-backup.ts'
import { readProfiles, total } from '../profile.ts'
import { count as digits, figure, mebibytes, type Report, type Table } from '../report.ts'
import type { Row, Settings } from '../settings.ts'

const PROGRAM = fileURLToPath(new URL('../programs/scan.ts', import.meta.url))
const LIMIT_SECONDS = 1800
const MIB = 2 ** 20

/** What was asked for: items a second on two cores with the emulator beside it, and the most memory. */
const ITEMS_PER_SECOND = 20_000
const PEAK_MIB = 300

/** A large drive: its listing, its first backup, and what ten changes cost afterwards. */
export const million: Row = {
  about: '1,000,000 items: listing, first backup, then cycles with ten changes and with none',
  run: (settings) => largeDrive(settings.quick ? 20_000 : 1_000_000, settings),
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

function scan(nodeArgs: readonly string[] = []): Contender {
  return {
    name: 'listing',
    prepare: async (site) => ({
      command: process.execPath,
      args: [...HEAP_FLAGS, ...nodeArgs, PROGRAM, await writeConfig(site)],
      env: envFor(site),
      limitSeconds: LIMIT_SECONDS,
    }),
  }
}

function scanned({ stdout }: Run, count: number): { items: number; seconds: number } {
  const result = JSON.parse(stdout) as { items: number; seconds: number }
  if (result.items < count) throw new Error(`the listing showed ${result.items} items of ${count}`)
  return result
}

function workTable(count: number, scans: readonly Run[], backup: Run): Table {
  const line = (name: string, runs: readonly Run[], seconds: number): string[] => {
    const { cpuSeconds, peakBytes, driveCalls, s3Calls } = typical(runs)
    const costs = [figure((cpuSeconds / count) * 1e6), mebibytes(peakBytes), digits(driveCalls), digits(s3Calls)]
    return [name, String(runs.length), figure(seconds), digits(count / seconds), ...costs]
  }
  return {
    head: ['', 'runs', 's', 'items/s', 'CPU µs/item', 'peak MiB', 'Drive calls', 'S3 calls'],
    rows: [
      line('listing into the catalog', scans, median(scans.map((run) => scanned(run, count).seconds))),
      line('first backup, all of it', [backup], backup.seconds),
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
