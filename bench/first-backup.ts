import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeFolder, scratchFolder } from './children.ts'
import { addRun, type Contender, median, orderOf, type Run, type Runs, runAt, type Site, typical } from './contest.ts'
import { contentsOf } from './counters.ts'
import { summaryIn } from './drivekeep.ts'
import { type DriveProcess, startDrive, startS3 } from './emulators.ts'
import { bareCopy } from './peers/bare.ts'
import type { Settings } from './settings.ts'

/** A drive of equal files. */
export interface Files {
  dataSet: 'many' | 'large'
  count: number
  size: number
}

export interface FirstBackup {
  files: Files
  contenders: readonly Contender[]
  runs: number
  /** Of the S3 emulator. */
  s3Args: readonly string[]
}

/**
 * Every contender copies the same drive into an empty bucket of its own, in turns. Each round has a fresh S3 emulator, so that what
 * the earlier rounds stored weighs on nobody, and a bare copy warms it up. After each run the bucket is counted.
 */
export async function firstBackups(backup: FirstBackup, say: Settings['say']): Promise<Runs> {
  const { files, contenders, runs } = backup
  const folder = await scratchFolder()
  const found: Runs = new Map(contenders.map(({ name }) => [name, []]))
  const { dataSet, count, size } = files
  await using drive = await startDrive(folder, ['--data-set', dataSet, '--count', `${count}`, '--size', `${size}`])
  for (let round = 0; round < runs; round++) {
    const all = { drive, folder: join(folder, `round-${round}`) }
    await oneRound({ ...backup, contenders: orderOf(contenders, round) }, all, (name, run) => {
      say(`  ${round + 1}/${runs} ${name.padEnd(15)} ${told(run, files)}`)
      addRun(found, name, run)
    })
  }
  removeFolder(folder)
  return found
}

async function oneRound(
  { files, contenders, s3Args }: FirstBackup,
  { drive, folder }: { drive: DriveProcess; folder: string },
  done: (name: string, run: Run) => void,
): Promise<void> {
  const warmUp = bareCopy()
  const bucketOf = (at: number) => `bucket-${at}`
  await using s3 = await startS3(['warm-up', ...contenders.map((_, at) => bucketOf(at))], s3Args)
  const at = async (name: string): Promise<Site> => {
    const site = { drive, s3, bucket: name, folder: join(folder, name) }
    await mkdir(site.folder, { recursive: true })
    return site
  }
  await runAt(await at('warm-up'), warmUp)
  for (const [number, contender] of contenders.entries()) {
    const site = await at(bucketOf(number))
    const run = await runAt(site, contender)
    await assertWhole(site, files, contender.name, run)
    done(contender.name, run)
  }
}

/** A figure counts only if everything arrived. */
async function assertWhole({ s3, bucket }: Site, files: Files, name: string, { stdout }: Run): Promise<void> {
  const { objects, bytes } = await contentsOf(s3, bucket)
  const expected = files.count * files.size
  if (objects !== files.count || bytes !== expected)
    throw new Error(`${name} stored ${objects} objects of ${bytes} bytes instead of ${files.count} of ${expected}`)
  if (!name.startsWith('drivekeep')) return
  const { synced, failed, pending } = summaryIn(stdout)
  if (synced < files.count || pending > 0 || Object.keys(failed).length > 0)
    throw new Error(`drivekeep says otherwise than its bucket: ${stdout}`)
}

function told({ seconds, cpuSeconds, peakBytes }: Run, { count, size, dataSet }: Files): string {
  const rate =
    dataSet === 'large'
      ? `${((count * size) / 1e6 / seconds).toFixed(0)} MB/s`
      : `${(count / seconds).toFixed(0)} files/s`
  return `${seconds.toFixed(2)} s, ${rate}, CPU ${cpuSeconds.toFixed(2)} s, peak ${(peakBytes / 2 ** 20).toFixed(0)} MiB`
}

/** Lowest and highest wall time, as a part of the median: how far the runs were apart. */
export function spread(runs: readonly Run[]): string {
  const seconds = runs.map((run) => run.seconds)
  const middle = median(seconds)
  const percent = (value: number) => `${value >= middle ? '+' : ''}${Math.round((value / middle - 1) * 100)} %`
  return runs.length < 2 ? '–' : `${percent(Math.min(...seconds))} … ${percent(Math.max(...seconds))}`
}

/** What bounds the figures, as far as the machine can tell: who kept the cores busy. */
export function bounds(runs: Runs, cores: number): string[] {
  return [...runs].flatMap(([name, all]) => {
    if (all.length === 0) return []
    const { seconds, cpuSeconds, driveCores, s3Cores, otherCores } = typical(all)
    const own = cpuSeconds / seconds
    const parts = [`${own.toFixed(2)} by itself`, `${driveCores.toFixed(2)} by the Drive emulator`]
    parts.push(`${s3Cores.toFixed(2)} by the S3 emulator`, `${otherCores.toFixed(2)} by others`)
    return [`${name}: cores kept busy ${parts.join(', ')}. ${verdict({ own, driveCores, s3Cores, otherCores, cores })}`]
  })
}

function verdict(busy: {
  own: number
  driveCores: number
  s3Cores: number
  otherCores: number
  cores: number
}): string {
  const { own, driveCores, s3Cores, otherCores, cores } = busy
  if (otherCores > 0.1) return 'Disturbed by other programs.'
  // Their work is on one thread each.
  if (driveCores > 0.9) return 'Bounded by the Drive emulator.'
  if (s3Cores > 0.9) return 'Bounded by the S3 emulator.'
  if (own + driveCores + s3Cores > 0.92 * cores) return 'Bounded by the cores, which it shares with the emulators.'
  if (own > 0.9) return 'Bounded by a core of its own.'
  return 'Bounded by waiting.'
}
