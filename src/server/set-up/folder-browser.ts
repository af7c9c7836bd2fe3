import { driveSource } from '../../compose.ts'
import type { ReadyConfig } from '../../config/config.ts'
import type { DriveSource } from '../../drive/source.ts'

/** Whoever opens folder after folder should not sign in for each; whoever has gone keeps no connection. */
const IDLE_MS = 60_000

/** Asks Drive on behalf of people who choose folders: one source, kept while it is in use. */
export class FolderBrowser {
  #kept: { how: string; source: DriveSource } | null = null
  #timer: NodeJS.Timeout | undefined
  #using = 0

  /** Gives `ask` a source that signs in with these credentials. Throws an Error for a key that cannot be used. */
  async with<Result>(config: ReadyConfig['source'], ask: (source: DriveSource) => Promise<Result>): Promise<Result> {
    const source = this.#sourceFor(config)
    this.#using += 1
    clearTimeout(this.#timer)
    try {
      return await ask(source)
    } finally {
      this.#using -= 1
      if (this.#using === 0) this.#timer = setTimeout(() => this.close(), IDLE_MS).unref()
    }
  }

  /** Ends the connections; what is being asked fails. May be used again. */
  close(): void {
    clearTimeout(this.#timer)
    const kept = this.#kept
    this.#kept = null
    if (kept !== null) void kept.source[Symbol.asyncDispose]().catch(() => {}) // they are gone either way
  }

  #sourceFor(config: ReadyConfig['source']): DriveSource {
    const how = JSON.stringify([config.apiUrl, config.tokenUrl, config.auth])
    if (this.#kept?.how !== how) {
      const source = driveSource(config)
      this.close()
      this.#kept = { how, source }
    }
    return this.#kept.source
  }
}
