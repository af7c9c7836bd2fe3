import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RcloneResult, runRclone } from '../../../test/rclone.ts'
import { type DriveOptions, startDrive } from '../index.ts'
import { generateServiceAccountKey } from '../oauth/service-accounts.ts'
import type { DriveStore } from '../store/store.ts'

export type RcloneFixture = AsyncDisposable & {
  store: DriveStore
  /** Runs rclone; its remotes are `drive:` (a person signed in) and `account:` (a service account acting for them). */
  rclone(...args: string[]): Promise<RcloneResult>
}

/** Without these rclone waits 100 ms between calls once it has made a hundred. */
const UNHURRIED = ['--drive-pacer-min-sleep', '1ms', '--drive-pacer-burst', '10000']

/**
 * An emulator with an rclone that is pointed at it.
 *
 * rclone has Drive's address built in, so it goes through the proxy; the addresses of the token endpoint it takes from its remote.
 */
export async function startForRclone(options: DriveOptions = {}): Promise<RcloneFixture> {
  const emulator = await startDrive({ ...options, https: true })
  const folder = await mkdtemp(join(tmpdir(), 'drive-rclone-'))
  const ca = join(folder, 'ca.pem')
  const keyFile = join(folder, 'key.json')
  const { secure, credentials } = emulator
  if (secure === undefined) throw new Error('the emulator serves no TLS')
  await writeFile(ca, secure.ca)
  const key = generateServiceAccountKey('backup', `${emulator.url}/token`)
  emulator.serviceAccounts.register(key, ['https://www.googleapis.com/auth/drive'])
  await writeFile(keyFile, JSON.stringify(key))
  // With an empty access token rclone would not read the rest.
  const token = {
    access_token: 'expired',
    token_type: 'Bearer',
    refresh_token: credentials.refreshToken,
    expiry: '2001-01-01T00:00:00Z',
  }
  const config = [
    '[drive]',
    'type = drive',
    `client_id = ${credentials.clientId}`,
    `client_secret = ${credentials.clientSecret}`,
    'scope = drive',
    `auth_url = ${emulator.url}/o/oauth2/auth`,
    `token_url = ${emulator.url}/token`,
    `token = ${JSON.stringify(token)}`,
    '[account]',
    'type = drive',
    'scope = drive',
    `service_account_file = ${keyFile}`,
    `impersonate = ${emulator.store.primary.email}`,
  ].join('\n')
  const env = { HTTPS_PROXY: secure.proxyUrl }
  return {
    store: emulator.store,
    rclone: (...args) => runRclone([...args, '--ca-cert', ca, ...UNHURRIED], { config, env }),
    async [Symbol.asyncDispose]() {
      await emulator[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
