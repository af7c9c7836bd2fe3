import { driveSource } from '../../app/compose.ts'
import type { ReadySource } from '../../config/config.ts'
import type { DriveSource } from '../../drive/source.ts'

/** Whoever opens folder after folder should not sign in for each; whoever has gone keeps no connection. */
const IDLE_MS = 60_000

type SignIn = Pick<ReadySource, 'apiUrl' | 'tokenUrl' | 'auth'>

interface Kept {
  source: DriveSource
  using: number
  timer?: NodeJS.Timeout
}

/** Asks Drive on behalf of people who choose folders: one source for each sign-in, kept while it is in use. */
export class FolderBrowser {
  readonly #kept = new Map<string, Kept>()

  /** Gives `ask` a source that signs in with these credentials. Throws an Error for a key that cannot be used. */
  async with<Result>(signIn: SignIn, ask: (source: DriveSource) => Promise<Result>): Promise<Result> {
    const how = JSON.stringify([signIn.apiUrl, signIn.tokenUrl, signIn.auth])
    const kept = this.#kept.get(how) ?? { source: driveSource(signIn), using: 0 }
    this.#kept.set(how, kept)
    kept.using += 1
    clearTimeout(kept.timer)
    try {
      return await ask(kept.source)
    } finally {
      kept.using -= 1
      if (kept.using === 0) kept.timer = setTimeout(() => this.#end(how, kept), IDLE_MS).unref()
    }
  }

  /** Ends the connections; what is being asked fails. May be used again. */
  close(): void {
    for (const [how, kept] of this.#kept) this.#end(how, kept)
  }

  #end(how: string, kept: Kept): void {
    clearTimeout(kept.timer)
    if (this.#kept.get(how) === kept) this.#kept.delete(how)
    void kept.source[Symbol.asyncDispose]().catch(() => {}) // the connections are gone either way
  }
}
