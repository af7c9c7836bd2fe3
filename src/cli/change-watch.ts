import type { Operator } from '../backup/daemon.ts'
import { ConfigError } from '../config/problems.ts'
import type { Configuration, Standing } from '../configuration.ts'
import type { Log } from '../log/log.ts'

/**
 * Notices that the configuration was changed, in this or another process. It is asked for together with the operator's wish,
 * twice a second, and so costs no timer of its own.
 */
export class ChangeWatch {
  readonly #configuration: Configuration
  readonly #log: Log
  readonly #changed = new AbortController()
  #standing: Standing
  #revision: number
  /** What the work is to go on with, once `changed` is aborted. */
  next: Standing | null = null

  constructor(configuration: Configuration, standing: Standing, log: Log) {
    this.#configuration = configuration
    this.#log = log
    this.#standing = standing
    this.#revision = standing.revision
  }

  /** Aborted when the work has to be done otherwise. What does not concern it, such as the log's level, is followed at once. */
  get changed(): AbortSignal {
    return this.#changed.signal
  }

  /** Looks with each reading of a wish. That the work ends for a change is none of the operator's doing, and not reported. */
  watching(operator: Operator, shutdown: AbortSignal): Operator {
    return {
      wish: async () => {
        await this.#look()
        return operator.wish()
      },
      report: async (state) => {
        if (this.changed.aborted && !shutdown.aborted) return
        await operator.report(state)
      },
    }
  }

  async #look(): Promise<void> {
    const revision = await this.#configuration.revision()
    if (revision === this.#revision || this.changed.aborted) return
    this.#revision = revision
    const standing = await this.#current()
    if (standing === null) return
    this.#log.follow(standing.loaded.config)
    if (workOf(standing) === workOf(this.#standing)) {
      this.#standing = standing
      return
    }
    this.#log.lines.info(
      'the settings were changed: finishing the files in flight (at most 20 s), then going on with them',
    )
    this.next = standing
    this.#changed.abort()
  }

  async #current(): Promise<Standing | null> {
    try {
      return await this.#configuration.current()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      this.#log.lines.error(`the settings were changed to what cannot be, and stay as they were: ${error.message}`)
      return null
    }
  }
}

/** All that decides what is done, and how: never shown, only compared. */
function workOf({ loaded }: Standing): string {
  const { sources, destinations, sync } = loaded.config
  return JSON.stringify([loaded.state, sources, destinations, { ...sync, autoStart: null }])
}
