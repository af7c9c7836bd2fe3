import { Refusal } from '../../http/handler.ts'
import { hashPassword, passwordMatches } from './password-hash.ts'

/** Each takes 19 MiB and a thread of a pool of four, which file access of the backup needs as well. */
const AT_ONCE = 2
/** More are turned away: at 30 ms each the last of them waits for a second and a half already. */
const MOST_WAITING = 100

/** Hashes and compares passwords, a few at a time: many sign-ins at once must not take the machine from the backup. */
export class Passwords {
  #running = 0
  readonly #waiting: (() => void)[] = []
  #nobodys: Promise<string> | null = null

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hashPassword(password))
  }

  /** With a null `hash` false, after the same time: how long it takes tells nobody whether there is such a user. */
  async matches(password: string, hash: string | null): Promise<boolean> {
    this.#nobodys ??= hashPassword('a password that nobody has')
    const compared = hash ?? (await this.#nobodys)
    return (await this.#inTurn(() => passwordMatches(password, compared))) && hash !== null
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) {
        throw new Refusal(503, 'Too many people are signing in at this moment. Try again in a few seconds.', {
          retryAfter: 5,
        })
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await work()
    } finally {
      // The turn goes to who has waited longest, without being given up in between.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
