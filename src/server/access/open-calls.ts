import { liveSessions } from '../../catalog/access/sessions.ts'
import { liveTokens } from '../../catalog/access/tokens.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import type { Known } from './callers.ts'

/** A call that is being answered; event streams stay so for hours. */
interface OpenCall {
  known: Known
  /** Breaks the answer off. */
  end: () => void
}

/**
 * The calls under way. What is answered over a long time must end with the right to it: when the session is signed out, the
 * role changes or the token is taken away, here or by the command line.
 */
export class OpenCalls {
  readonly #db: CatalogDatabase
  readonly #now: () => number
  readonly #open = new Set<OpenCall>()

  constructor(db: CatalogDatabase, now: () => number) {
    this.#db = db
    this.#now = now
  }

  add(call: OpenCall): Disposable {
    this.#open.add(call)
    return { [Symbol.dispose]: () => this.#open.delete(call) }
  }

  /** Breaks off the calls of those who are signed in no longer, or with another role. */
  async review(): Promise<void> {
    const numbers = (which: (known: Known) => number | null) => [
      ...new Set([...this.#open].map(({ known }) => which(known)).filter((id) => id !== null)),
    ]
    const sessions = numbers(({ caller }) => caller.session)
    const tokens = numbers(({ token }) => token)
    const sessionRoles = sessions.length === 0 ? new Map() : await liveSessions(this.#db, sessions)
    const tokenRoles = tokens.length === 0 ? new Map() : await liveTokens(this.#db, tokens, this.#now())
    for (const { known, end } of this.#open) {
      const { session, user } = known.caller
      const role = session === null ? tokenRoles.get(known.token) : sessionRoles.get(session)
      if (role !== user.role) end()
    }
  }

  /** Breaks off all of them. */
  endAll(): void {
    for (const { end } of this.#open) end()
  }
}
