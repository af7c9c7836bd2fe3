import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeFolder, scratchFolder } from '../children.ts'
import type { Site } from '../contest.ts'
import { type Dashboard, type Listener, startDashboard } from '../dashboard.ts'
import { startDrive, startS3 } from '../emulators.ts'
import { peakMemoryOf } from '../proc.ts'
import { at, count as digits, figure, mebibytes, type Report } from '../report.ts'
import type { Row, Settings } from '../settings.ts'

const BROWSERS = 200
const REQUESTS_PER_SECOND = 500
const SECONDS = 60
const FILES = 500_000
/** Requests that wait for their answers at a time; more means that the server does not keep up. */
const MOST_OPEN = 2000
/** What the daemon may take while nobody looks, and what each of the streams may add to it. */
const AIM_GROWTH_MIB = 150

/** Many people looking at once, while a backup runs. */
export const manyBrowsers: Row = {
  about: '200 event streams and 500 requests for the status a second for a minute, while a backup runs',
  run: (settings) => crowd(settings),
}

async function crowd({ quick, say }: Settings): Promise<Report> {
  const seconds = quick ? 10 : SECONDS
  const folder = await scratchFolder()
  await using drive = await startDrive(folder, ['--data-set', 'million', '--count', `${quick ? 50_000 : FILES}`])
  await using s3 = await startS3(['backup'], ['--discard'])
  const site: Site = { drive, s3, bucket: 'backup', folder: join(folder, 'daemon') }
  await mkdir(site.folder)
  await using dashboard = await startDashboard(site)
  // A connection each is made before the clock starts; so is what the first calls compile.
  const listeners = await Promise.all(Array.from({ length: BROWSERS }, () => dashboard.listen()))
  await dashboard.throughput(() => sleep(3000))
  const before = peakMemoryOf(dashboard.pid)
  let asked: Asked = { times: [], failed: 0, unanswered: 0 }
  const stored = await dashboard.throughput(async () => {
    asked = await askSteadily(dashboard, seconds)
  })
  const growth = (peakMemoryOf(dashboard.pid) - before) / 2 ** 20
  const broken = listeners.filter((listener) => listener.broken).length
  const quiet = listeners.filter((listener) => listener.bytes < 1000).length
  say(`  ${asked.times.length} answers, ${asked.failed} failed, ${broken} streams broken`)
  for (const listener of listeners) listener.end()
  removeFolder(folder)
  const { times, failed, unanswered } = asked
  return {
    method: `${BROWSERS} streams of events are open, and ${REQUESTS_PER_SECOND} requests for /api/status a second are sent for ${seconds} s whether or not the ones before have been answered, all signed in, on loopback, while the daemon lists and copies a drive of ${digits(quick ? 50_000 : FILES)} items.`,
    tables: [
      {
        head: ['answers', 'a second', 'failed', 'not sent', 'median ms', 'p95 ms', 'worst ms'],
        rows: [
          [
            digits(times.length),
            figure(times.length / seconds),
            digits(failed),
            digits(unanswered),
            ...[0.5, 0.95, 1].map((quantile) => figure(at(times, quantile))),
          ],
        ],
      },
      {
        head: ['streams', 'broken', 'silent', 'KB each', 'memory grew by MiB', 'files stored a second meanwhile'],
        rows: [
          [
            digits(listeners.length),
            digits(broken),
            digits(quiet),
            figure(kilobytesEach(listeners)),
            mebibytes(growth * 2 ** 20),
            figure(stored),
          ],
        ],
      },
    ],
    notes: [
      ...(failed + broken + quiet + unanswered > 0 ? ['There were errors, and none were allowed.'] : []),
      ...(growth > AIM_GROWTH_MIB ? [`Memory grew by more than ${AIM_GROWTH_MIB} MiB.`] : []),
      ...(stored < 1 ? ['The backup stood still.'] : []),
    ],
  }
}

interface Asked {
  times: number[]
  failed: number
  /** So many were open already that no more were sent. */
  unanswered: number
}

/** Sends at a steady rate, as many people do who know nothing of one another. */
async function askSteadily(dashboard: Dashboard, seconds: number): Promise<Asked> {
  const asked: Asked = { times: [], failed: 0, unanswered: 0 }
  const open = new Set<Promise<void>>()
  const began = performance.now()
  const due = () => Math.floor(((performance.now() - began) / 1000) * REQUESTS_PER_SECOND)
  for (let sent = 0; sent < seconds * REQUESTS_PER_SECOND; ) {
    for (const until = Math.min(due(), seconds * REQUESTS_PER_SECOND); sent < until; sent++) {
      if (open.size >= MOST_OPEN) {
        asked.unanswered += 1
        continue
      }
      const call = askOnce(dashboard, asked).finally(() => open.delete(call))
      open.add(call)
    }
    await sleep(5)
  }
  await Promise.all(open)
  return asked
}

async function askOnce(dashboard: Dashboard, asked: Asked): Promise<void> {
  try {
    const { status, ms } = await dashboard.get('/api/status')
    if (status === 200) asked.times.push(ms)
    else asked.failed += 1
  } catch {
    asked.failed += 1
  }
}

function kilobytesEach(listeners: readonly Listener[]): number {
  return listeners.reduce((sum, { bytes }) => sum + bytes, 0) / listeners.length / 1000
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
