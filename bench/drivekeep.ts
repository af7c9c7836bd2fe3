import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contender, Site } from './contest.ts'
import { installedDrivekeep } from './installation.ts'

/** The product as it is installed, with the configuration's defaults: checks, catalog and log file on. */
export function drivekeep(limitSeconds = 900): Contender {
  return {
    name: 'drivekeep',
    async prepare(site) {
      const args = ['sync', '--json', '--config', await writeConfig(site)]
      return { command: await installedDrivekeep(), args, env: envFor(site), limitSeconds }
    },
  }
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

/** Writes config.yaml into the site's folder; the catalog comes to lie beside it. A dashboard takes any free port. */
export async function writeConfig(site: Site): Promise<string> {
  const { drive, s3, bucket, folder } = site
  const file = join(folder, 'config.yaml')
  const config = {
    sources: {
      google_drive: {
        api_url: drive.httpsUrl,
        token_url: `${drive.httpsUrl}/token`,
        client_id: drive.clientId,
        client_secret: drive.clientSecret,
        refresh_token: drive.refreshToken,
      },
    },
    destinations: {
      emulator: {
        type: 'other',
        bucket,
        region: s3.region,
        endpoint: s3.url,
        force_path_style: true,
        access_key_id: s3.accessKeyId,
        secret_access_key: s3.secretAccessKey,
      },
    },
    daemon: { api_port: 0 },
  }
  // JSON is YAML, and quotes whatever has to be quoted.
  await writeFile(file, JSON.stringify(config))
  return file
}
