import { ChangeLog } from './change-log.ts'
import type { Item } from './item.ts'
import { RecentWrites } from './recent-writes.ts'

/** Who hears of which mutation: a change log for each user (by e-mail) and shared drive (by id), and what the last writes replaced. */
export class Journal {
  readonly #seed: number
  readonly #now: () => number
  readonly #logs = new Map<string, ChangeLog>()
  readonly recentWrites = new RecentWrites()
  #loading = false

  constructor(seed: number, now: () => number) {
    this.#seed = seed
    this.#now = now
  }

  log(corpus: string): ChangeLog {
    const log = this.#logs.get(corpus) ?? new ChangeLog(`${this.#seed}:${corpus}`)
    this.#logs.set(corpus, log)
    return log
  }

  /** The log of a user goes on under the new address, with its tokens. */
  renameLog(from: string, to: string): void {
    this.#logs.set(to, this.log(from))
    this.#logs.delete(from)
  }

  /** Runs mutations of which nothing is to be told. */
  silently(run: () => void): void {
    this.#loading = true
    try {
      run()
    } finally {
      this.#loading = false
    }
  }

  /** Remembers what a write is about to replace; undefined = nothing was there. */
  replaces(id: string, before: Item | undefined): void {
    if (!this.#loading) this.recentWrites.add(id, before)
  }

  /** Tells those who see the item now, and those who saw it and do so no more. */
  changed(id: string, viewersBefore: ReadonlySet<string>, viewersNow: ReadonlySet<string>): void {
    this.#append(id, viewersNow, false)
    this.removed(
      id,
      [...viewersBefore].filter((corpus) => !viewersNow.has(corpus)),
    )
  }

  removed(id: string, corpora: Iterable<string>): void {
    this.#append(id, corpora, true)
  }

  /** Something happened to a shared drive itself. */
  driveChanged(driveId: string, emails: Iterable<string>, removed = false): void {
    for (const email of emails) this.log(email).append(driveId, 'drive', removed, this.#now())
  }

  #append(id: string, corpora: Iterable<string>, removed: boolean): void {
    if (this.#loading) return
    for (const corpus of corpora) this.log(corpus).append(id, 'file', removed, this.#now())
  }
}
