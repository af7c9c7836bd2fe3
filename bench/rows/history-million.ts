import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeFolder, scratchFolder } from '../children.ts'
import type { Site } from '../contest.ts'
import { type Dashboard, startDashboard } from '../dashboard.ts'
import { startDrive, startS3 } from '../emulators.ts'
import { fillCatalog } from '../filled-catalog.ts'
import { at, count as digits, figure, type Report } from '../report.ts'
import type { Row, Settings } from '../settings.ts'
import { backingUp } from './api-million.ts'

const FILES = 1_000_000
const REVISIONS = 5
const ROUNDS = 60
const AIM_MS = 200
const DAY_MS = 24 * 60 * 60 * 1000

/** The drive as of a past moment, from a large catalog with a long history, while a backup runs beside. */
export const historyMillion: Row = {
  about: 'the drive as of a past moment, with 1,000,000 items and 5,000,000 revisions, while a backup runs',
  run: (settings) => pastOf(settings.quick ? 20_000 : FILES, settings),
}

async function pastOf(files: number, { quick, say }: Settings): Promise<Report> {
  const folder = await scratchFolder()
  await using drive = await startDrive(folder, ['--data-set', 'million', '--count', `${Math.min(files, 200_000)}`])
  await using s3 = await startS3(['backup'], ['--discard'])
  const site: Site = { drive, s3, bucket: 'backup', folder: join(folder, 'daemon') }
  await mkdir(site.folder)
  await fillCatalog(join(site.folder, 'sync_state.db'), files, Date.now(), { revisions: REVISIONS, placements: true })
  say(`  a catalog of ${digits(files)} items with ${REVISIONS} revisions each is there`)
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
  removeFolder(folder)
  return {
    method: `A catalog of ${digits(files)} items in a tree, ${REVISIONS} revisions of each file over 300 days, every fifth item moved or renamed once; the daemon lists and copies other files meanwhile. ${rounds} rounds of every call, each with another moment, folder and word; pages of 100, but where a next page of 500 is asked for.`,
    tables: [
      {
        head: ['call', 'median ms', 'p95 ms', 'worst ms'],
        rows: [...took].map(([name, times]) => [
          name,
          ...[0.5, 0.95, 1].map((quantile) => figure(at(times, quantile))),
        ]),
      },
    ],
    notes: [...took]
      .filter(([, times]) => at(times, 0.95) > AIM_MS)
      .map(([name, times]) => `${name}: p95 ${figure(at(times, 0.95))} ms, NOT under ${AIM_MS}.`),
  }
}

async function calls(dashboard: Dashboard, round: number): Promise<Record<string, string>> {
  // Items come into the catalog over 300 days: the folders asked for are older than the moments.
  const then = new Date(Date.now() - (1 + ((round * 17) % 200)) * DAY_MS).toISOString()
  const past = `/api/history?at=${then}`
  const next = async (path: string) => {
    const { next } = JSON.parse((await dashboard.get(path)).text) as { next: string | null }
    return next === null ? path : `${path}&cursor=${next}`
  }
  return {
    'the top': past,
    'a folder': `${past}&folder=${1 + 50 * (1 + round * 23)}`,
    'a folder of 100,000': `${past}&folder=1`,
    'its next page of 500': await next(`${past}&folder=1&limit=500`),
    'search, found': `${past}&search=invoice%20${round}`,
    'search, not there': `${past}&search=nothing-like-it-${round}`,
    'one file’s history': `/api/files/${2 + round * 997}/history`,
  }
}
