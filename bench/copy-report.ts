import { availableParallelism } from 'node:os'
import { type Runs, typical } from './contest.ts'
import { bounds, type Files, spread } from './first-backup.ts'
import { type Aim, aimsTable, type CopyAims, count, figure, mebibytes, type Table } from './report.ts'

/** The rate of a run and its price, in the units that suit the files. */
interface Measure {
  rate: string
  rateOf(seconds: number): number
  cpu: string
  cpuOf(cpuSeconds: number): number
}

/** Small files are counted, large ones weighed. */
export function measureOf({ dataSet, count, size }: Files): Measure {
  const bytes = count * size
  if (dataSet === 'large')
    return {
      rate: 'MB/s',
      rateOf: (seconds) => bytes / 1e6 / seconds,
      cpu: 'CPU-s/GiB',
      cpuOf: (cpuSeconds) => cpuSeconds / (bytes / 2 ** 30),
    }
  return {
    rate: 'files/s',
    rateOf: (seconds) => count / seconds,
    cpu: 'CPU ms/file',
    cpuOf: (cpuSeconds) => (cpuSeconds * 1000) / count,
  }
}

/** The figures of every contender, drivekeep's as ratios to its peers', and what bounds them. */
export function copyTables(runs: Runs, files: Files, aims: readonly CopyAims[]): { tables: Table[]; notes: string[] } {
  const present = [...runs].filter(([, all]) => all.length > 0)
  const measure = measureOf(files)
  const figures: Table = {
    head: ['', 'runs', 'wall s', 'spread', measure.rate, measure.cpu, 'peak MiB', 'Drive calls', 'S3 calls'],
    rows: present.map(([name, all]) => {
      const { seconds, cpuSeconds, peakBytes, driveCalls, s3Calls } = typical(all)
      return [
        name,
        String(all.length),
        figure(seconds),
        spread(all),
        figure(measure.rateOf(seconds)),
        figure(measure.cpuOf(cpuSeconds)),
        mebibytes(peakBytes),
        count(driveCalls),
        count(s3Calls),
      ]
    }),
  }
  const ratios = ratiosTable(runs, measure, aims)
  return { tables: ratios === null ? [figures] : [figures, ratios], notes: bounds(runs, availableParallelism()) }
}

function ratiosTable(runs: Runs, measure: Measure, aims: readonly CopyAims[]): Table | null {
  const all = runs.get('drivekeep') ?? []
  if (all.length === 0) return null
  const ours = typical(all)
  const rows = [...runs].flatMap(([peer, theirRuns]): Aim[] => {
    if (peer === 'drivekeep' || theirRuns.length === 0) return []
    const theirs = typical(theirRuns)
    const { rate, cpu, memory } = aims.find((aim) => aim.peer === peer) ?? {}
    return [
      { what: `${measure.rate} ÷ ${peer}`, ratio: theirs.seconds / ours.seconds, ...(rate && { atLeast: rate }) },
      { what: `${measure.cpu} ÷ ${peer}`, ratio: ours.cpuSeconds / theirs.cpuSeconds, ...(cpu && { atMost: cpu }) },
      { what: `peak memory ÷ ${peer}`, ratio: ours.peakBytes / theirs.peakBytes, ...(memory && { atMost: memory }) },
    ]
  })
  return rows.length === 0 ? null : aimsTable(rows)
}
