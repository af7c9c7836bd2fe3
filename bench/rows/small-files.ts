import type { Contender } from '../contest.ts'
import { typical } from '../contest.ts'
import { copyTables, measureOf } from '../copy-report.ts'
import { bothVersions, drivekeep, olderAims } from '../drivekeep.ts'
import { type Files, firstBackups } from '../first-backup.ts'
import { bareCopy } from '../peers/bare.ts'
import { rclone } from '../peers/rclone.ts'
import type { CopyAims } from '../report.ts'
import { count as digits, figure, mebibytes, type Report } from '../report.ts'
import type { Row, Settings } from '../settings.ts'

const SIZE = 4096
/** Of rclone's default pacer, after a burst of a hundred: the rate shows in a sample. */
const PACER_CALLS_PER_SECOND = 10
const SAMPLE = 1000

/** 5,000 files: starting the program counts. */
export const small5k = row(5000, [{ peer: 'rclone fastest', rate: 0.8 }])
/** 50,000 files: the rate counts. */
export const small50k = row(50_000, [{ peer: 'rclone fastest', rate: 1.2, cpu: 0.7 }])

function row(count: number, aims: CopyAims[]): Row {
  return {
    about: `first backup of ${digits(count)} files of 4 KiB, start-up included`,
    run: (settings) => smallFiles(settings.quick ? count / 10 : count, aims, settings),
  }
}

async function smallFiles(count: number, aims: CopyAims[], settings: Settings): Promise<Report> {
  const { runs, quick, say, against } = settings
  const wanted = ({ name }: Contender) => settings.only === null || settings.only.includes(name)
  const files: Files = { dataSet: 'many', count, size: SIZE }
  const peers = [rclone('rclone fastest'), rclone('rclone tuned'), bareCopy()]
  const contenders = against === null ? [drivekeep(), ...peers].filter(wanted) : bothVersions(against)
  const s3Args = ['--discard']
  const found = await firstBackups({ files, contenders, runs, s3Args }, say)

  const notes: string[] = []
  const sampled = against === null ? [rclone('rclone default')].filter(wanted) : []
  if (sampled.length > 0) {
    const sample: Files = { ...files, count: quick ? 200 : SAMPLE }
    const [slow] = (await firstBackups({ files: sample, contenders: sampled, runs: 1, s3Args }, say)).values()
    const { seconds, cpuSeconds, peakBytes } = typical(slow ?? [])
    const { rate, rateOf, cpu, cpuOf } = measureOf(sample)
    const whole = seconds + (count - sample.count) / PACER_CALLS_PER_SECOND
    notes.push(
      `rclone default, one run on a sample of ${digits(sample.count)} files, since its pacer lets ${PACER_CALLS_PER_SECOND} calls a second through after the first hundred: ${figure(rateOf(seconds))} ${rate}, ${figure(cpuOf(cpuSeconds))} ${cpu}, peak ${mebibytes(peakBytes)} MiB. By that, ${digits(count)} files would take it ${figure(whole / 60)} minutes.`,
    )
  }
  const { tables, notes: bounds } = copyTables(found, files, against === null ? aims : [olderAims(against)])
  return {
    method: `${digits(count)} files of 4 KiB, ${runs} ${runs === 1 ? 'run' : 'runs each in turns, medians'}. Drive over TLS, S3 plain (sizes and checksums kept, bodies dropped), no quota.`,
    tables,
    notes: [...notes, ...bounds],
  }
}
