import type { Configuration, Standing } from '../../app/configuration.ts'
import type { ConfigFile } from '../../config/file/load.ts'
import { ConfigError } from '../../config/file/problems.ts'
import type { Log } from '../../log/log.ts'

export interface ChangeParts {
  configuration: Configuration
  log: Log
  readFile(): Promise<ConfigFile>
  reloaded(file: ConfigFile): void
}

/** Notices that the configuration was changed: in the dashboard by its revision, in config.yaml when somebody says so (SIGHUP). */
export class ChangeWatch {
  readonly #configuration: Configuration
  readonly #log: Log
  readonly #readFile: () => Promise<ConfigFile>
  readonly #reloaded: (file: ConfigFile) => void
  #standing: Standing
  #revision: number
  #reload = false
  #again = false
  /** Why the configuration as it was written last is not followed; null: it is. */
  refused: string | null = null

  /** `readFile`: config.yaml as it is now. `reloaded`: told of a file that is followed from now on. */
  constructor({ configuration, log, readFile, reloaded }: ChangeParts, standing: Standing) {
    this.#configuration = configuration
    this.#log = log
    this.#readFile = readFile
    this.#reloaded = reloaded
    this.#standing = standing
    this.#revision = standing.revision
  }

  /** What the work goes by. */
  get standing(): Standing {
    return this.#standing
  }

  /** config.yaml is to be read again. */
  reload(): void {
    this.#reload = true
  }

  /** All is to be prepared again, though nothing was changed. */
  again(): void {
    this.#again = true
  }

  /** Whether the work has to go on with another configuration. What does not concern it, such as the log's level, is followed at once. */
  async changed(): Promise<boolean> {
    const again = this.#again
    this.#again = false
    const next = await this.#next()
    if (next === null) return again
    this.#log.follow(next.loaded.config)
    const other = workOf(next) !== workOf(this.#standing)
    this.#standing = next
    if (other)
      this.#log.lines.info(
        'the settings were changed: finishing the files in flight (at most 20 s), then going on with them',
      )
    return other || again
  }

  /** Null: nothing was changed, or what was cannot be followed. */
  async #next(): Promise<Standing | null> {
    const reload = this.#reload
    this.#reload = false
    try {
      if (reload) {
        const file = await this.#readFile()
        await this.#configuration.reload(file)
        this.#reloaded(file)
        this.#log.lines.info('config.yaml was read again')
      } else {
        const revision = await this.#configuration.revision()
        if (revision === this.#revision) return null
        this.#revision = revision
      }
      const standing = await this.#configuration.current()
      this.#revision = standing.revision
      this.refused = null
      return standing
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      this.refused = error.message
      this.#log.lines.error(`the settings cannot be used as they are now, and stay as they were: ${error.message}`)
      return null
    }
  }
}

/** All that decides what is done, and how: never shown, only compared. */
function workOf({ loaded }: Standing): string {
  const { sources, destinations, sync } = loaded.config
  return JSON.stringify([loaded.state, sources, destinations, { ...sync, autoStart: null }])
}
