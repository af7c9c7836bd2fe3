import { removeFolder, scratchFolder } from '../children.ts'
import { runAt } from '../contest.ts'
import { callsOf, contentsOf, type DriveCounts, driveCounts } from '../counters.ts'
import { drivekeep, summaryIn } from '../drivekeep.ts'
import { type DriveProcess, startDrive, startS3 } from '../emulators.ts'
import { aimsTable, count as digits, figure, type Report, type Table } from '../report.ts'
import type { Row, Settings } from '../settings.ts'

/** Google's two kinds of limits, by what a minute allows one user, and what a download costs of it. */
const MODELS = {
  queries: { perMinute: 12_000, download: 1 },
  units: { perMinute: 325_000, download: 200 },
} as const

const LATENCY_MS = 50
const MINUTES = 3
/** A sliding minute fills up before it bites: the steady rate is that behind it. */
const FIRST_MINUTE = 60
const SAMPLE_MS = 1000

const AIM_RATE = 0.9
const AIM_REFUSED = 0.01

/** A drive behind Google's limits: how much of what they allow is used. */
export const quota: Row = {
  about: '3 minutes of work at 50 ms latency, behind 12,000 queries, then 325,000 units a minute',
  run: (settings) => behindLimits(settings),
}

interface Result {
  model: keyof typeof MODELS
  perMinute: number
  files: number
  seconds: number
  /** Files a second that the limit allows, and what was reached: over all, and behind the first minute. */
  allowed: number
  reached: number
  steady: number
  answers: number
  refused: number
  notSynced: number
}

async function behindLimits({ quick, say }: Settings): Promise<Report> {
  const results: Result[] = []
  for (const model of ['queries', 'units'] as const) {
    // Trying it out needs no such length, but still more than the first minute.
    const result = await measureLimit(model, quick ? { share: 0.1, minutes: 1.3 } : { share: 1, minutes: MINUTES })
    say(
      `  ${model}: ${result.files} files in ${result.seconds.toFixed(0)} s, ${result.refused} of ${result.answers} refused`,
    )
    results.push(result)
  }
  return {
    method: `As many files of 4 KiB as the limit lets through in ${MINUTES} minutes, one run each: the clock sets the pace, not the machine. Every answer takes ${LATENCY_MS} ms; the emulator refuses what is above the limit of a sliding minute with 403 and without a \`Retry-After\`, and drivekeep is not told the limit. The steady rate leaves out the first minute, which the emulator's window lets begin with credit.`,
    tables: [resultTable(results), aims(results)],
    notes: results.flatMap(({ model, notSynced }) =>
      notSynced === 0 ? [] : [`${model}: ${notSynced} files were NOT synced.`],
    ),
  }
}

async function measureLimit(
  model: keyof typeof MODELS,
  { share, minutes }: { share: number; minutes: number },
): Promise<Result> {
  const perMinute = MODELS[model].perMinute * share
  const allowed = perMinute / 60 / MODELS[model].download
  const files = Math.round(allowed * 60 * minutes)
  const folder = await scratchFolder()
  const limits = ['--quota', model, '--quota-user', `${perMinute}`, '--latency', `${LATENCY_MS}`]
  await using drive = await startDrive(folder, [
    '--data-set',
    'many',
    '--count',
    `${files}`,
    '--size',
    '4096',
    ...limits,
  ])
  await using s3 = await startS3(['backup'], ['--discard'])
  using samples = sampleDownloads(drive)
  const run = await runAt({ drive, s3, bucket: 'backup', folder }, drivekeep({ limitSeconds: minutes * 60 * 5 }))
  const counts = await driveCounts(drive)
  const { objects } = await contentsOf(s3, 'backup')
  const { synced } = summaryIn(run.stdout)
  removeFolder(folder)
  return {
    ...{ model, perMinute, files, allowed },
    seconds: run.seconds,
    reached: files / run.seconds,
    steady: samples.rateBehind(FIRST_MINUTE, files),
    answers: callsOf(counts),
    refused: callsOf(counts, 403),
    // Both must say so: the program and the bucket. Folders are synced too, so the summary can only be too high.
    notSynced: files - Math.min(objects, synced, files),
  }
}

/** Watches the emulator's counters, once a second, until disposed of. */
function sampleDownloads(drive: DriveProcess) {
  let startedAt: number | null = null
  const taken: { second: number; downloads: number }[] = []
  const sample = async () => {
    const downloads = downloadsIn(await driveCounts(drive))
    if (downloads === 0) return // the program is not under way yet
    startedAt ??= performance.now()
    taken.push({ second: (performance.now() - startedAt) / 1000, downloads })
  }
  // The run itself fails when the emulator is gone; a sample that is missing then is no news.
  const timer = setInterval(() => void sample().catch(() => {}), SAMPLE_MS)
  return {
    /** Downloads a second from a second on, until the last file but a few: the end has nothing left to keep busy with. */
    rateBehind(second: number, files: number): number {
      const steady = taken.filter((one) => one.second >= second && one.downloads < files * 0.99)
      const [first, last] = [steady.at(0), steady.at(-1)]
      if (first === undefined || last === undefined || last.second <= first.second) return Number.NaN
      return (last.downloads - first.downloads) / (last.second - first.second)
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

const downloadsIn = (counts: DriveCounts): number => counts['files.media']?.[200] ?? 0

function resultTable(results: readonly Result[]): Table {
  return {
    head: ['limit a minute', 'files', 's', 'files/s allowed', 'files/s', 'steady', 'answers', '403', 'not synced'],
    rows: results.map(({ model, perMinute, files, seconds, allowed, reached, steady, answers, refused, notSynced }) => [
      `${digits(perMinute)} ${model}`,
      ...[digits(files), figure(seconds), figure(allowed), figure(reached), figure(steady)],
      ...[digits(answers), digits(refused), digits(notSynced)],
    ]),
  }
}

function aims(results: readonly Result[]): Table {
  return aimsTable(
    results.flatMap(({ model, allowed, reached, steady, answers, refused }) => [
      { what: `${model}: files/s ÷ allowed`, ratio: reached / allowed, atLeast: AIM_RATE },
      { what: `${model}: steady ÷ allowed`, ratio: steady / allowed, atLeast: AIM_RATE },
      { what: `${model}: 403 ÷ answers`, ratio: refused / answers, atMost: AIM_REFUSED },
    ]),
    'share',
  )
}
