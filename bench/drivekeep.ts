import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contender, Site } from './contest.ts'
import type { DriveProcess, S3Process } from './emulators.ts'
import { PRESENT, type Version, versionOf } from './installation.ts'
import type { CopyAims } from './report.ts'

/** The product as it is installed, with the configuration's defaults: checks, catalog and log file on. */
export function drivekeep({
  version = PRESENT,
  limitSeconds = 900,
}: {
  version?: Version
  limitSeconds?: number
} = {}): Contender {
  return {
    name: version.name,
    async prepare(site) {
      const args = ['sync', '--json', '--config', await writeConfig(site)]
      return { command: await version.installed(), args, env: envFor(site), limitSeconds }
    },
  }
}

/** The present program beside that of an older commit. */
export function bothVersions(commit: string): Contender[] {
  return [drivekeep(), drivekeep({ version: versionOf(commit) })]
}

/** What is asked of the present program beside an older one. */
export function olderAims(commit: string): CopyAims {
  return { peer: versionOf(commit).name, rate: 0.97, cpu: 1.03 }
}

/** As bin/drivekeep starts Node. */
export const HEAP_FLAGS = ['--max-semi-space-size=16'] as const

/** What a run of `sync --json` came to. */
export interface Summary {
  files_total: number
  synced: number
  pending: number
  skipped: Record<string, number>
  failed: Record<string, number>
  api_calls: number
}

export function summaryIn(stdout: string): Summary {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Summary
}

/** The emulator's CA is one more to trust; a proxy of the machine is none of our business. */
export function envFor({ drive }: Pick<Site, 'drive'>): NodeJS.ProcessEnv {
  const { HTTPS_PROXY: _s, HTTP_PROXY: _p, https_proxy: _ls, http_proxy: _lp, ...env } = process.env
  return { ...env, NODE_EXTRA_CA_CERTS: drive.caFile }
}

/** Several drives and buckets, by their names in the configuration. */
export interface Places {
  sources: Readonly<Record<string, DriveProcess>>
  destinations: Readonly<Record<string, { s3: S3Process; bucket: string }>>
  folder: string
}

/** Writes config.yaml into the site's folder; the catalog comes to lie beside it. A dashboard takes any free port. */
export function writeConfig({ drive, s3, bucket, folder }: Site): Promise<string> {
  return writePlaces({ sources: { google_drive: drive }, destinations: { emulator: { s3, bucket } }, folder })
}

/** The same for several. */
export async function writePlaces({ sources, destinations, folder }: Places): Promise<string> {
  const file = join(folder, 'config.yaml')
  const config = {
    sources: mapped(sources, (drive) => ({
      api_url: drive.httpsUrl,
      token_url: `${drive.httpsUrl}/token`,
      client_id: drive.clientId,
      client_secret: drive.clientSecret,
      refresh_token: drive.refreshToken,
    })),
    destinations: mapped(destinations, ({ s3, bucket }) => ({
      type: 'other',
      bucket,
      region: s3.region,
      endpoint: s3.url,
      force_path_style: true,
      access_key_id: s3.accessKeyId,
      secret_access_key: s3.secretAccessKey,
    })),
    daemon: { api_port: 0 },
  }
  // JSON is YAML, and quotes whatever has to be quoted.
  await writeFile(file, JSON.stringify(config))
  return file
}

function mapped<T, U>(of: Readonly<Record<string, T>>, by: (one: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(of).map(([name, one]) => [name, by(one)]))
}
