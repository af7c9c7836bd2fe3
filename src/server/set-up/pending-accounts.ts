import { randomUUID } from 'node:crypto'
import type { SecretBox } from '../../config/overrides/seal.ts'
import type { Account } from './google-account.ts'

/** A sign-in that waits for somebody to say whether it is added or takes the place of the account before. */
export interface PendingAccount {
  /** The session that signed in: nobody else may answer. */
  session: number
  /** The entry of `sources` that the sign-in was begun for. */
  source: string
  clientId: string
  account: Account
  before: Account
  refreshToken: string
}

interface Kept extends PendingAccount {
  id: string
  until: number
}

/** A token is not kept longer for a page that somebody has left. */
const PATIENCE_MS = 15 * 60_000
const MOST = 100

/** One for each session, in memory alone, with the token sealed: a restart forgets them, and nothing was changed. */
export class PendingAccounts {
  readonly #now: () => number
  readonly #box: SecretBox
  readonly #bySession = new Map<number, Kept>()

  constructor(now: () => number, box: SecretBox) {
    this.#now = now
    this.#box = box
  }

  /** A later sign-in of the same session takes its place. Throws a SealError when there can be no key. */
  add(pending: PendingAccount): void {
    this.#forgetOld()
    const id = randomUUID()
    this.#bySession.delete(pending.session)
    const [longest] = this.#bySession.keys()
    if (this.#bySession.size >= MOST && longest !== undefined) this.#bySession.delete(longest)
    const refreshToken = this.#box.seal(pending.refreshToken, id)
    this.#bySession.set(pending.session, { ...pending, refreshToken, id, until: this.#now() + PATIENCE_MS })
  }

  /** What this session is asked, without the token. */
  of(session: number | null): Omit<Kept, 'refreshToken'> | null {
    this.#forgetOld()
    const kept = session === null ? undefined : this.#bySession.get(session)
    if (kept === undefined) return null
    const { refreshToken, ...asked } = kept
    return asked
  }

  /** Each can be taken once, by its session; null: there is none, or no more. */
  take(id: string, session: number | null): PendingAccount | null {
    this.#forgetOld()
    const kept = session === null ? undefined : this.#bySession.get(session)
    if (kept === undefined || kept.id !== id) return null
    this.#bySession.delete(kept.session)
    const opened = this.#box.open(kept.refreshToken, id)
    return 'text' in opened ? { ...kept, refreshToken: opened.text } : null
  }

  #forgetOld(): void {
    for (const [session, { until }] of this.#bySession) if (until <= this.#now()) this.#bySession.delete(session)
  }
}
