import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DriveEmulator, type DriveOptions, startDrive } from '../../emulator/drive/index.ts'
import { type S3Options, type S3Server, startS3 } from '../../emulator/s3/index.ts'
import { Configuration } from '../../src/app/configuration.ts'
import { setUpSteps } from '../../src/app/set-up.ts'
import { readConfigFile } from '../../src/config/file/load.ts'
import { createSetUp } from '../../src/server/set-up.ts'
import type { Answer, Client } from './client.ts'
import { TestServer } from './start.ts'

export const BUCKET = 'backup'
export const READ_SCOPE = 'https://www.googleapis.com/auth/drive.readonly'

export interface SetUpTestOptions {
  drive?: DriveOptions
  s3?: S3Options
  /** More keys of config.yaml, besides the emulated Google's addresses. */
  config?: (drive: DriveEmulator, s3: S3Server, folder: string) => { google?: object; top?: object }
}

/** An install with nothing set up, in front of an emulated Google and an emulated storage. */
export class SetUpTest implements AsyncDisposable {
  readonly drive: DriveEmulator
  readonly s3: S3Server
  readonly server: TestServer
  readonly configuration: Configuration
  readonly folder: string
  readonly #close: () => void

  static async start({ drive: driveOptions, s3: s3Options, config }: SetUpTestOptions = {}): Promise<SetUpTest> {
    const drive = await startDrive(driveOptions)
    const s3 = await startS3({ buckets: [BUCKET], ...s3Options })
    const folder = mkdtempSync(join(tmpdir(), 'drivekeep-set-up-'))
    const { google, top } = config?.(drive, s3, folder) ?? {}
    const addresses = { api_url: drive.url, auth_url: `${drive.url}/o/oauth2/v2/auth`, token_url: `${drive.url}/token` }
    const text = JSON.stringify({ sources: { google_drive: { ...addresses, ...google } }, ...top })
    writeFileSync(join(folder, 'config.yaml'), text)
    let made: { configuration: Configuration; close: () => void } | null = null
    const server = await TestServer.start({
      handlers({ db, clock }) {
        const configuration = new Configuration(db, readConfigFile('config.yaml', { env: {}, cwd: folder }), () =>
          clock.now(),
        )
        // Its clock bound, since the resources hand its methods on.
        const bound = { now: () => clock.now(), sleep: clock.sleep.bind(clock) }
        const setUp = createSetUp({ db, clock: bound, configuration })
        made = { configuration, close: setUp.close }
        return setUp.handlers
      },
      async setupSteps() {
        if (made === null) throw new Error('not started yet')
        return setUpSteps(server.parts.db, (await made.configuration.current()).loaded)
      },
    })
    return new SetUpTest({
      drive,
      s3,
      server,
      folder,
      ...(made as unknown as { configuration: Configuration; close: () => void }),
    })
  }

  private constructor(parts: {
    drive: DriveEmulator
    s3: S3Server
    server: TestServer
    folder: string
    configuration: Configuration
    close: () => void
  }) {
    this.drive = parts.drive
    this.s3 = parts.s3
    this.server = parts.server
    this.folder = parts.folder
    this.configuration = parts.configuration
    this.#close = parts.close
  }

  admin(): Promise<Client> {
    return this.server.signedIn('admin')
  }

  /** The JSON of an OAuth client as Google gives it for download; the emulator knows this one. */
  clientJson(kind: 'web' | 'installed' = 'installed'): string {
    const { clientId: client_id, clientSecret: client_secret } = this.drive.credentials
    return JSON.stringify({
      [kind]: { client_id, client_secret, auth_uri: 'https://accounts.google.com/o/oauth2/auth' },
    })
  }

  /** What a destination in the emulated bucket is made of. */
  draft(more: object = {}): object {
    const { accessKeyId, secretAccessKey } = this.s3.credentials
    const key = { access_key_id: accessKeyId, secret_access_key: secretAccessKey }
    return { type: 'other', bucket: BUCKET, endpoint: this.s3.url, force_path_style: true, ...key, ...more }
  }

  async configureClient(client: Client): Promise<void> {
    const { status, text } = await client.put('/api/google/client', { client_json: this.clientJson() })
    if (status !== 200) throw new Error(text)
  }

  /** The whole way: begins, consents (or not), and comes back. Gives where the browser ends. */
  async connect(client: Client, decision: ConsentOptions = {}): Promise<string> {
    const begun = await client.post<{ url: string }>('/api/google/connect', { return_to: '/setup?step=google' })
    if (begun.status !== 200) throw new Error(begun.text)
    return this.comeBack(client, await this.consent(begun.body.url, decision))
  }

  /** What a person does on Google's page; gives the address that Google sends the browser to. */
  async consent(
    url: string,
    { account = 'owner@example.com', scopes = [READ_SCOPE], allow = true }: ConsentOptions = {},
  ) {
    const form = new URLSearchParams({ account, decision: allow ? 'allow' : 'deny' })
    for (const scope of scopes) form.append('scope', scope)
    const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' })
    const location = answer.headers.get('location')
    if (location === null) throw new Error(await answer.text())
    return location
  }

  async comeBack(client: Client, location: string): Promise<string> {
    const { pathname, search } = new URL(location)
    const answer: Answer = await client.get(`${pathname}${search}`)
    if (answer.status !== 302) throw new Error(`${answer.status} ${answer.text}`)
    return answer.headers.location ?? ''
  }

  async steps(client: Client): Promise<unknown> {
    return (await client.get<{ steps: unknown }>('/api/setup')).body.steps
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close()
    await this.server[Symbol.asyncDispose]()
    await this.drive[Symbol.asyncDispose]()
    await this.s3[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

interface ConsentOptions {
  account?: string
  scopes?: string[]
  allow?: boolean
}

/** Where the browser was sent, with what is said there. */
export function said(location: string): { to: string; connected: string | null; error: string | null } {
  const { pathname, searchParams } = new URL(location, 'http://dashboard')
  const step = searchParams.get('step')
  return {
    to: step === null ? pathname : `${pathname}?step=${step}`,
    connected: searchParams.get('connected'),
    error: searchParams.get('error'),
  }
}
