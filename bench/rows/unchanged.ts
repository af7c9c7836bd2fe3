import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { removeFolder, scratchFolder } from '../children.ts'
import { addRun, type Contender, orderOf, type Run, type Runs, runAt, typical } from '../contest.ts'
import { contentsOf } from '../counters.ts'
import { bothVersions, drivekeep, olderAims } from '../drivekeep.ts'
import { startDrive, startS3 } from '../emulators.ts'
import { bounds, spread } from '../first-backup.ts'
import { rclone } from '../peers/rclone.ts'
import type { CopyAims } from '../report.ts'
import { type Aim, aimsTable, count as digits, figure, mebibytes, type Report, type Table } from '../report.ts'
import type { Row, Settings } from '../settings.ts'

/** Small, since nothing of them is read; not empty, since that is a case of its own. */
const SIZE = 1024

/** A drive that was backed up before and has not changed. */
export const unchanged: Row = {
  about: '100,000 files that are backed up already, nothing changed',
  run: (settings) => unchangedDrive(settings.quick ? 2000 : 100_000, settings),
}

async function unchangedDrive(count: number, { runs, only, against, say }: Settings): Promise<Report> {
  const peers = [rclone('rclone fastest --checksum'), rclone('rclone fastest')]
  const wanted = [drivekeep(), ...peers].filter(({ name }) => only === null || only.includes(name))
  const contenders = against === null ? wanted : bothVersions(against)
  const folder = await scratchFolder()
  await using drive = await startDrive(folder, ['--data-set', 'many', '--count', `${count}`, '--size', `${SIZE}`])
  const bucketOf = ({ name }: Contender) => name.replaceAll(/[^a-z0-9]+/g, '-')
  await using s3 = await startS3(contenders.map(bucketOf), ['--discard'])
  const at = async (contender: Contender) => {
    const site = { drive, s3, bucket: bucketOf(contender), folder: join(folder, bucketOf(contender)) }
    await mkdir(site.folder, { recursive: true })
    return site
  }

  for (const contender of contenders) {
    const site = await at(contender)
    const { seconds } = await runAt(site, contender)
    say(`  the first backup, not measured: ${contender.name}, ${seconds.toFixed(1)} s`)
    const { objects } = await contentsOf(s3, site.bucket)
    if (objects !== count) throw new Error(`${contender.name} stored ${objects} objects of ${count}`)
  }
  const found: Runs = new Map(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < runs; round++) {
    for (const contender of orderOf(contenders, round)) {
      const run = await runAt(await at(contender), contender)
      say(`  ${round + 1}/${runs} ${contender.name.padEnd(26)} ${run.seconds.toFixed(2)} s`)
      addRun(found, contender.name, run)
    }
  }
  removeFolder(folder)
  return {
    method: `${digits(count)} files, backed up by each contender into its own bucket before; then run again, ${runs} ${runs === 1 ? 'time' : 'times each in turns, medians'}. Drivekeep asks the change feed${against === null ? "; rclone lists both sides, and without --checksum it asks S3 for each object's time as well" : ''}.`,
    tables: tables(found, against),
    notes: bounds(found, availableParallelism()),
  }
}

function tables(found: Runs, against: string | null): Table[] {
  const figures: Table = {
    head: ['', 'runs', 'wall s', 'spread', 'CPU s', 'peak MiB', 'Drive calls', 'S3 calls'],
    rows: [...found].map(([name, runs]) => {
      const { seconds, cpuSeconds, peakBytes, driveCalls, s3Calls } = typical(runs)
      const costs = [figure(cpuSeconds), mebibytes(peakBytes), digits(driveCalls), digits(s3Calls)]
      return [name, String(runs.length), figure(seconds), spread(runs), ...costs]
    }),
  }
  const ours = found.get('drivekeep')
  const peer = against === null ? 'rclone fastest --checksum' : olderAims(against).peer
  const theirs = found.get(peer)
  if (ours === undefined || theirs === undefined) return [figures]
  return [figures, aimsTable(ratios(ours, theirs, peer, against === null ? null : olderAims(against)))]
}

function ratios(ourRuns: readonly Run[], theirRuns: readonly Run[], peer: string, aims: CopyAims | null): Aim[] {
  const [ours, theirs] = [typical(ourRuns), typical(theirRuns)]
  return [
    {
      what: `wall time ÷ ${peer}`,
      ratio: ours.seconds / theirs.seconds,
      ...(aims?.rate && { atMost: Math.round(100 / aims.rate) / 100 }),
    },
    { what: `CPU time ÷ ${peer}`, ratio: ours.cpuSeconds / theirs.cpuSeconds, ...(aims?.cpu && { atMost: aims.cpu }) },
    { what: `peak memory ÷ ${peer}`, ratio: ours.peakBytes / theirs.peakBytes },
  ]
}
