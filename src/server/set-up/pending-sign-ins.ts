/** A sign-in at Google that somebody has begun in a browser: what is needed when the browser comes back. */
export interface PendingSignIn {
  /** The session that began it: nobody else may end it. */
  session: number
  /** The entry of `sources` that it is for. */
  source: string
  verifier: string
  redirectUri: string
  clientId: string
  returnTo: string
}

/** Google's own pages do not live longer. */
const PATIENCE_MS = 15 * 60_000
/** Of one session: somebody who clicks again and again. */
const MOST_OF_ONE = 5
const MOST = 100

/** Sign-ins under way, by their state. Few, and forgotten after a while: the longest-waiting gives way. */
export class PendingSignIns {
  readonly #now: () => number
  readonly #byState = new Map<string, PendingSignIn & { until: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  add(state: string, pending: PendingSignIn): void {
    this.#forgetOld()
    const mine = [...this.#byState].filter(([, { session }]) => session === pending.session)
    if (mine.length >= MOST_OF_ONE) this.#byState.delete(mine[0]?.[0] ?? '')
    if (this.#byState.size >= MOST) this.#byState.delete([...this.#byState.keys()][0] ?? '')
    this.#byState.set(state, { ...pending, until: this.#now() + PATIENCE_MS })
  }

  /** Each can be taken once, by the session that began it; null: there is none, or no more. */
  take(state: string, session: number | null): PendingSignIn | null {
    this.#forgetOld()
    const pending = this.#byState.get(state)
    if (pending === undefined || pending.session !== session) return null
    this.#byState.delete(state)
    return pending
  }

  #forgetOld(): void {
    for (const [state, { until }] of this.#byState) if (until <= this.#now()) this.#byState.delete(state)
  }
}
