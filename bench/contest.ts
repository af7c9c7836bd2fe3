import { callsOf, driveCounts, resetCounters, s3Calls } from './counters.ts'
import type { DriveProcess, S3Process } from './emulators.ts'
import { type Cost, measure, type Program } from './measure.ts'
import { cpuOf, cpuOfMachine } from './proc.ts'

/** Where a program works: a drive, a bucket, and a folder of its own for what it keeps. */
export interface Site {
  drive: DriveProcess
  s3: S3Process
  bucket: string
  folder: string
}

/** A program under test, or one of its peers. */
export interface Contender {
  name: string
  /** Writes what the program needs into the site's folder, and says how to run it there. May be repeated. */
  prepare(site: Site): Promise<Program>
}

/** What one run took, and what went on around it. */
export interface Run extends Cost {
  driveCalls: number
  s3Calls: number
  /** Cores kept busy on average, by the emulators and by everything else on the machine. A full core is an emulator's limit. */
  driveCores: number
  s3Cores: number
  otherCores: number
  stdout: string
}

/** Runs a program once at its site, with the emulators and the machine watched. Throws when the program fails. */
export async function runAt(site: Site, contender: Contender): Promise<Run> {
  const { drive, s3 } = site
  const program = await contender.prepare(site)
  await resetCounters(drive, s3)
  const before = { drive: cpuOf(drive.pid), s3: cpuOf(s3.pid), machine: cpuOfMachine(), own: process.cpuUsage() }
  const { cost, stdout } = await measure(program)
  const driveCpu = cpuOf(drive.pid) - before.drive
  const s3Cpu = cpuOf(s3.pid) - before.s3
  const own = process.cpuUsage(before.own)
  const known = cost.cpuSeconds + driveCpu + s3Cpu + (own.user + own.system) / 1e6
  const other = cpuOfMachine() - before.machine - known
  return {
    ...cost,
    driveCalls: callsOf(await driveCounts(drive)),
    s3Calls: await s3Calls(s3),
    driveCores: driveCpu / cost.seconds,
    s3Cores: s3Cpu / cost.seconds,
    otherCores: Math.max(0, other / cost.seconds),
    stdout,
  }
}

/** The runs of each contender, in the order of the contenders. */
export type Runs = Map<string, Run[]>

export function addRun(runs: Runs, name: string, run: Run): void {
  const known = runs.get(name)
  if (known === undefined) runs.set(name, [run])
  else known.push(run)
}

/**
 * The contenders of one round, each round beginning with another one, so that no one always runs behind the same neighbour.
 */
export function orderOf<T>(contenders: readonly T[], round: number): T[] {
  const first = round % Math.max(1, contenders.length)
  return [...contenders.slice(first), ...contenders.slice(0, first)]
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2
}

/** The median of each figure by itself. */
export function typical(runs: readonly Run[]): Omit<Run, 'stdout'> {
  const of = (figure: (run: Run) => number) => median(runs.map(figure))
  return {
    seconds: of((run) => run.seconds),
    cpuSeconds: of((run) => run.cpuSeconds),
    peakBytes: of((run) => run.peakBytes),
    driveCalls: of((run) => run.driveCalls),
    s3Calls: of((run) => run.s3Calls),
    driveCores: of((run) => run.driveCores),
    s3Cores: of((run) => run.s3Cores),
    otherCores: of((run) => run.otherCores),
  }
}
