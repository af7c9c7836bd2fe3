import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeFolder, scratchFolder } from '../children.ts'
import { median } from '../contest.ts'
import { contentsOf, driveCounts, putsAt } from '../counters.ts'
import { type Daemon, startDaemon, until } from '../daemon.ts'
import { type DriveProcess, type S3Process, startDrive, startS3 } from '../emulators.ts'
import { cpuOf } from '../proc.ts'
import { aimsTable, count as digits, figure, type Report } from '../report.ts'
import type { Row, Settings } from '../settings.ts'

const FILES = 50_000
const SIZE = 4096
/** The fault begins when the well one holds this share; the rate is measured from the second on. */
const [FAULTS, FROM] = [0.1, 0.15]
const LIMIT_MS = 15 * 60_000
const AIM = 0.95

/** Destinations that do not work take nothing from one that does. */
export const threeDestinations: Row = {
  about: 'first backup to three destinations, of which one falls silent and one refuses; they catch up by themselves',
  run: (settings) => amidFaults(settings.count ?? (settings.quick ? 5000 : FILES), settings),
}

interface Result {
  rate: number
  cpuMs: number
}

interface CatchUp {
  seconds: number
  listings: number
  objects: number[]
}

async function amidFaults(files: number, { runs, say }: Settings): Promise<Report> {
  const folder = await scratchFolder()
  await using drive = await startDrive(folder, ['--data-set', 'many', '--count', `${files}`, '--size', `${SIZE}`])
  const alone: Result[] = []
  const amid: Result[] = []
  let caughtUp: CatchUp | null = null
  for (let round = 0; round < runs; round++) {
    const last = round === runs - 1
    alone.push((await run(drive, join(folder, `alone-${round}`), files, 'alone')).result)
    const { result, catchUp } = await run(
      drive,
      join(folder, `amid-${round}`),
      files,
      last ? 'with the others, until they caught up' : 'with the others',
    )
    amid.push(result)
    caughtUp = catchUp ?? caughtUp
    say(`  ${round + 1}/${runs}: ${figure(alone.at(-1)?.rate ?? 0)} files/s alone, ${figure(result.rate)} amid faults`)
  }
  removeFolder(folder)
  const line = (name: string, results: readonly Result[]) => [
    name,
    String(results.length),
    ...[figure(median(results.map(({ rate }) => rate))), figure(median(results.map(({ cpuMs }) => cpuMs)))],
  ]
  const ratio = median(amid.map(({ rate }) => rate)) / median(alone.map(({ rate }) => rate))
  return {
    method: `A first backup of ${digits(files)} files of ${SIZE / 1024} KiB by the daemon's work, in turns to one destination alone and to three. When the first holds ${FAULTS * 100} %, the second stops answering anything and the third refuses every PUT (403). The rate is that at the first from ${FROM * 100} % on. After the last run both work again, and nobody does anything.`,
    tables: [
      {
        head: ['the destination that works', 'runs', 'files/s', 'CPU ms/file'],
        rows: [line('alone', alone), line('beside two that do not', amid)],
      },
      aimsTable([{ what: 'files/s', ratio, atLeast: AIM }], 'amid faults ÷ alone'),
      ...(caughtUp === null
        ? []
        : [
            {
              head: ['they work again', 's until they hold all', 'calls of files.list', 'objects'],
              rows: [
                [
                  'silent, refusing',
                  figure(caughtUp.seconds),
                  digits(caughtUp.listings),
                  caughtUp.objects.map(digits).join(', '),
                ],
              ],
            },
          ]),
    ],
    notes: caughtUp !== null && caughtUp.listings > 0 ? ['The drive was listed again, and should not have been.'] : [],
  }
}

async function run(
  drive: DriveProcess,
  folder: string,
  files: number,
  how: 'alone' | 'with the others' | 'with the others, until they caught up',
): Promise<{ result: Result; catchUp: CatchUp | null }> {
  await mkdir(folder)
  await using well = await startS3(['backup'], ['--discard'])
  await using silent = await startS3(['backup'], ['--discard'])
  await using refusing = await startS3(['backup'], ['--discard'])
  const place = (s3: S3Process) => ({ s3, bucket: 'backup' })
  const others = { silent: place(silent), refusing: place(refusing) }
  const destinations = { well: place(well), ...(how === 'alone' ? {} : others) }
  await using daemon = await startDaemon({ sources: { google_drive: drive }, destinations, folder }, { drive })
  const holds = (share: number) =>
    until(daemon, `${share * 100} % are stored`, LIMIT_MS, async () => (await putsAt(well)) >= files * share)
  await holds(FAULTS)
  await silent.control('POST', 'faults', { fault: { kind: 'stall', at: 'before-answer' } })
  await refusing.control('POST', 'faults', {
    match: { operation: 'PutObject' },
    fault: { kind: 'answer', status: 403 },
  })
  await holds(FROM)
  const before = { at: performance.now(), puts: await putsAt(well), cpu: cpuOf(daemon.pid) }
  await holds(1)
  const stored = (await putsAt(well)) - before.puts
  const result: Result = {
    rate: stored / ((performance.now() - before.at) / 1000),
    cpuMs: ((cpuOf(daemon.pid) - before.cpu) * 1000) / stored,
  }
  if (how !== 'with the others, until they caught up') return { result, catchUp: null }
  return { result, catchUp: await catchUp(daemon, drive, [silent, refusing], files) }
}

async function catchUp(
  daemon: Daemon,
  drive: DriveProcess,
  others: readonly S3Process[],
  files: number,
): Promise<CatchUp> {
  const listings = async () =>
    Object.values((await driveCounts(drive))['files.list'] ?? {}).reduce((sum, calls) => sum + calls, 0)
  const [before, began] = [await listings(), performance.now()]
  for (const s3 of others) await s3.control('DELETE', 'faults')
  const objects = () => Promise.all(others.map(async (s3) => (await contentsOf(s3, 'backup')).objects))
  await until(daemon, 'the others hold all', LIMIT_MS, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return (await objects()).every((held) => held >= files)
  })
  return {
    seconds: (performance.now() - began) / 1000,
    listings: (await listings()) - before,
    objects: await objects(),
  }
}
