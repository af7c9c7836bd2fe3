import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeFolder, scratchFolder } from '../children.ts'
import { median, type Site } from '../contest.ts'
import { s3Calls } from '../counters.ts'
import { type Dashboard, startDashboard } from '../dashboard.ts'
import { startDrive, startS3 } from '../emulators.ts'
import { fillCatalog } from '../filled-catalog.ts'
import { aimsTable, at, count as digits, figure, type Report } from '../report.ts'
import type { Row, Settings } from '../settings.ts'

const FILES = 1_000_000
const ROUNDS = 40
const AIM_MS = 200
/** What opening the dashboard may take of the backup's throughput. */
const AIM_SHARE = 0.95
const WINDOW_MS = 5000
const WINDOWS = 8

/** The pages of the dashboard on a large catalog, while a backup runs beside them. */
export const apiMillion: Row = {
  about:
    'first answers of the API with 1,000,000 files in the catalog while a backup runs, and what that costs the backup',
  run: (settings) => pagesOf(settings.quick ? 20_000 : FILES, settings),
}

async function pagesOf(files: number, { quick, say }: Settings): Promise<Report> {
  const folder = await scratchFolder()
  await using drive = await startDrive(folder, ['--data-set', 'million', '--count', `${files}`])
  await using s3 = await startS3(['backup'], ['--discard'])
  const site: Site = { drive, s3, bucket: 'backup', folder: join(folder, 'daemon') }
  await mkdir(site.folder)
  await fillCatalog(join(site.folder, 'sync_state.db'), files, Date.now())
  say(`  a catalog of ${digits(files)} files is there`)
  await using dashboard = await startDashboard(site)
  await backingUp(site)

  const rounds = quick ? 5 : ROUNDS
  const took = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++)
    for (const [name, path] of Object.entries(await calls(dashboard, round))) {
      const { status, ms, text } = await dashboard.get(path)
      if (status !== 200) throw new Error(`${path}: ${status} ${text}`)
      took.set(name, [...(took.get(name) ?? []), ms])
    }
  say(`  ${rounds} rounds of ${took.size} calls`)
  const shares = await costs(dashboard, quick ? 2 : WINDOWS)
  removeFolder(folder)

  const all = [...took.values()].flat()
  const share = median(shares)
  return {
    method: `A catalog of ${digits(files)} files, nearly all of them stored, with 95,000 lines of activity for each 100,000; the daemon lists and copies a drive of ${digits(files)} other items meanwhile, on one thread, and answers on another. ${rounds} rounds of every call, one after the other, each with other folders, words and pages. What the dashboard costs: files stored a second in ${shares.length} windows of ${WINDOW_MS / 1000} s in each of which the overview is opened, ÷ that of the windows without one around them.`,
    tables: [
      {
        head: ['call', 'median ms', 'p95 ms', 'worst ms'],
        rows: [...took, ['all', all] as const].map(([name, times]) => [
          name,
          ...[0.5, 0.95, 1].map((quantile) => figure(at(times, quantile))),
        ]),
      },
      aimsTable(
        [{ what: 'throughput of the backup with the dashboard open', ratio: share, atLeast: AIM_SHARE }],
        'with ÷ without',
      ),
    ],
    notes: [...took]
      .filter(([, times]) => at(times, 0.95) > AIM_MS)
      .map(([name, times]) => `${name}: p95 ${figure(at(times, 0.95))} ms, NOT under ${AIM_MS}.`),
  }
}

/** Copies are being made, and not only a listing. */
export async function backingUp({ s3 }: Site): Promise<void> {
  for (const before = await s3Calls(s3); (await s3Calls(s3)) < before + 500; ) await sleep(200)
}

/** Every call behind a page, with other parameters each round. */
async function calls(dashboard: Dashboard, round: number): Promise<Record<string, string>> {
  const next = async (path: string) => {
    const { next } = JSON.parse((await dashboard.get(path)).text) as { next: string | null }
    return next === null ? path : `${path}&cursor=${next}`
  }
  const folder = 1 + 50 * (round * 37)
  return {
    status: '/api/status',
    'metrics, hour': '/api/metrics?range=hour',
    'metrics, month': '/api/metrics?range=month',
    sources: '/api/sources',
    destinations: '/api/destinations',
    problems: '/api/problems',
    'problems, one fault': '/api/problems/files?fault=drive/export-failed',
    'files, top': '/api/files',
    'files, a folder': `/api/files?folder=${folder}`,
    'files, a folder of 100,000': '/api/files?folder=1',
    'files, its next page': await next('/api/files?folder=1&limit=500'),
    'files, failed': '/api/files?status=failed',
    'files, pending': '/api/files?status=pending',
    'files, synced': '/api/files?status=synced',
    'search, found': `/api/files?search=invoice%20${round}`,
    'search, not there': `/api/files?search=nothing-like-it-${round}`,
    'search, its next slice': await next(`/api/files?search=nichts-für-${round}`),
    'a file': `/api/files/${2 + round * 997}`,
    activity: '/api/activity',
    'activity, filtered': '/api/activity?action=failed&search=contract',
    'activity, of a day': `/api/activity?from=${daysAgo(40 + (round % 30))}&to=${daysAgo(39 + (round % 30))}`,
    cycles: '/api/cycles',
    settings: '/api/settings',
    'audit log': '/api/audit',
  }
}

/** The backup's throughput with a page open, each window ÷ those without one before and behind it. */
async function costs(dashboard: Dashboard, windows: number): Promise<number[]> {
  const alone = () => dashboard.throughput(() => sleep(WINDOW_MS))
  const shares: number[] = []
  for (let before = await alone(), window = 0; window < windows; window++) {
    const open = await dashboard.throughput(() => pageOpen(dashboard))
    const after = await alone()
    shares.push(open / ((before + after) / 2))
    before = after
  }
  return shares
}

/** A browser in which the overview is opened: the stream, and what the page asks for once. */
async function pageOpen(dashboard: Dashboard): Promise<void> {
  const listener = await dashboard.listen()
  const paths = ['/api/metrics?range=hour', '/api/problems', '/api/activity?limit=20', '/api/destinations']
  await Promise.all([sleep(WINDOW_MS), ...paths.map((path) => dashboard.get(path))])
  listener.end()
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString()
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
