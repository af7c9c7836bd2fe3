import type { Progress } from './contract/status.ts'
import { NOTHING_MOVES } from './figures/progress.ts'

/** What goes on at this moment, as the backup tells it from its own thread, at most once a second. */
export class ProgressFeed {
  #latest: Progress = NOTHING_MOVES
  readonly #listeners = new Set<(progress: Progress) => void>()

  get latest(): Progress {
    return this.#latest
  }

  set(progress: Progress): void {
    this.#latest = progress
    for (const listener of this.#listeners) listener(progress)
  }

  /** Calls `listener` with all that comes from now on, until what it gives is disposed of. */
  listen(listener: (progress: Progress) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }
}
