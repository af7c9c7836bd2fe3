import { join } from 'node:path'
import { configOf, readConfigFile } from '../../src/config/file/load.ts'
import type { Progress } from '../../src/server/contract/status.ts'
import { NOTHING_MOVES } from '../../src/server/figures/progress.ts'
import { createFigures, type Figures } from '../../src/server/figures.ts'
import type { Client } from './client.ts'
import { KnownDrive } from './known-drive.ts'
import { TestServer, type TestServerOptions } from './start.ts'

export const CONFIG = `
sources: { google_drive: { client_id: a, client_secret: canary-secret, refresh_token: canary-token } }
destinations:
  aws_s3: { bucket: my-backup, access_key_id: AKIA, secret_access_key: canary-key }
  cold: { enabled: false, type: backblaze, bucket: cold-backup, region: eu-central-003 }
`

/** A server that shows a known drive to somebody who is signed in. */
export class FiguresServer implements AsyncDisposable {
  readonly server: TestServer
  readonly drive: KnownDrive
  readonly figures: Figures
  /** An operator who is signed in. */
  readonly browser: Client
  readonly world: World

  private constructor(server: TestServer, drive: KnownDrive, figures: Figures, browser: Client, world: World) {
    this.server = server
    this.drive = drive
    this.figures = figures
    this.browser = browser
    this.world = world
  }

  static async start(options: Omit<TestServerOptions, 'handlers'> = {}): Promise<FiguresServer> {
    const world: World = { progress: NOTHING_MOVES, setUp: true, config: CONFIG, failures: [] }
    let figures: Figures | undefined
    const server = await TestServer.start({
      ...options,
      handlers: ({ db, clock }) => {
        figures = createFigures({
          db,
          now: () => clock.now(),
          version: '1.2.3',
          progress: () => world.progress,
          configuration: async () => loadedFrom(world.config),
          isSetUp: async () => world.setUp,
          failed: (error) => world.failures.push(error),
          beatEveryMs: null,
          statusKeptMs: 0,
        })
        return figures.handlers
      },
    })
    if (figures === undefined) throw new Error('no handlers were asked for')
    const drive = await KnownDrive.in(server.parts)
    return new FiguresServer(server, drive, figures, await server.signedIn('operator'), world)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.figures.close()
    await this.server[Symbol.asyncDispose]()
  }
}

/** What surrounds the server, as a test wants it. */
export interface World {
  progress: Progress
  setUp: boolean
  config: string
  /** What the figures told of outage. */
  failures: unknown[]
}

function loadedFrom(text: string) {
  const file = readConfigFile(join('/nowhere', 'config.yaml'), { env: {}, cwd: '/' })
  return configOf({ ...file, text, problems: [] }, [])
}
