import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ReadyConfig } from './config.ts'
import { configOf, type Loaded, loadConfig, readConfigFile } from './file/load.ts'
import { ConfigError } from './file/problems.ts'
import type { Override } from './overrides/overrides.ts'

/** The variables that the configurations of the tests ask for. */
export const SIGN_IN = { GOOGLE_CLIENT_ID: 'client', GOOGLE_CLIENT_SECRET: 'hush', GOOGLE_REFRESH_TOKEN: 'token' }

/** A source that signs in, for tests of everything else. */
export const SOURCE = `sources:
  google_drive:
    client_id: \${GOOGLE_CLIENT_ID}
    client_secret: \${GOOGLE_CLIENT_SECRET}
    refresh_token: \${GOOGLE_REFRESH_TOKEN}
`
export const DESTINATION = `destinations:
  aws_s3: { bucket: my-backup }
`

/** A folder for one test, gone at its end. */
export class Scratch implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'drivekeep-config-'))

  write(name: string, content: string | Uint8Array): string {
    const file = join(this.folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }

  load(text: string | Uint8Array, env: Record<string, string> = SIGN_IN): ReadyConfig {
    this.write('config.yaml', text)
    return loadConfig('config.yaml', { env, cwd: this.folder })
  }

  /** What is wrong with a configuration, as people read it; the folder, which differs each time, is written as `DIR`. */
  complaints(text: string | Uint8Array, env: Record<string, string> = SIGN_IN): string[] {
    try {
      this.load(text, env)
      return []
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      return String(error).replaceAll(this.folder, 'DIR').split('\n')
    }
  }

  /** The same with what was set in the dashboard over it; null: without a file. */
  layered(text: string | null, overrides: readonly Override[], env: Record<string, string> = SIGN_IN): Loaded {
    if (text !== null) this.write('config.yaml', text)
    return configOf(readConfigFile('config.yaml', { env, cwd: this.folder }), overrides)
  }

  /** What is said of a file that is not as `load` writes it. */
  missing(name: string): string {
    try {
      loadConfig(name, { env: SIGN_IN, cwd: this.folder })
      return ''
    } catch (error) {
      return String(error)
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
