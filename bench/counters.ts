import { request } from 'undici'
import type { DriveProcess, S3Process } from './emulators.ts'

/** Calls of the API by route and status, as the emulator counted them; sign-in left out. */
export type DriveCounts = Record<string, Record<string, number>>

export async function driveCounts(drive: DriveProcess): Promise<DriveCounts> {
  const { counts } = (await drive.control('GET', 'requests')) as { counts: DriveCounts }
  return Object.fromEntries(Object.entries(counts).filter(([name]) => !/^(oauth|control)\./.test(name)))
}

/** Calls of a route, or of all; with one status, or any. */
export function callsOf(counts: DriveCounts, status?: number): number {
  const statuses = Object.values(counts).flatMap((byStatus) => Object.entries(byStatus))
  return statuses.reduce((sum, [one, count]) => sum + (status === undefined || Number(one) === status ? count : 0), 0)
}

export async function s3Calls(s3: S3Process): Promise<number> {
  return ((await s3.control('GET', 'requests')) as { total: number }).total
}

/** Objects that were put there. */
export async function putsAt(s3: S3Process): Promise<number> {
  const { counts } = (await s3.control('GET', 'requests')) as { counts: Record<string, number> }
  return counts['PutObject 200'] ?? 0
}

export async function resetCounters(drive: DriveProcess, s3: S3Process): Promise<void> {
  await Promise.all([drive.control('DELETE', 'requests'), s3.control('DELETE', 'requests')])
}

/** By which Drivekeep knows a destination again; no copy of anything. */
const MARKER = /(^|\/)\.drivekeep\/destination\.json$/

/** How many copies a bucket holds, and their bytes; not counted as calls. */
export async function contentsOf(s3: S3Process, bucket: string): Promise<{ objects: number; bytes: number }> {
  const { body, statusCode } = await request(`${s3.url}/_emulator/objects?bucket=${encodeURIComponent(bucket)}`)
  if (statusCode !== 200) throw new Error(`bucket ${bucket}: ${statusCode} ${await body.text()}`)
  let objects = 0
  let bytes = 0
  let rest = ''
  for await (const chunk of body) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const { key, size } = JSON.parse(line) as { key: string; size: number }
      if (MARKER.test(key)) continue
      objects += 1
      bytes += size
    }
  }
  return { objects, bytes }
}
