import { timingSafeEqual } from 'node:crypto'
import { anyUser } from '../../catalog/access/users.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { newSecret, secretHash } from './secrets.ts'

/**
 * Proves that whoever makes the first account can read the log, and so runs this machine. It is told once, through
 * `announce`, and only its hash is kept, in memory: another start makes another one. With the first account it is void.
 */
export class SetupToken {
  readonly #db: CatalogDatabase
  readonly #announce: (token: string) => void
  #hash: string | null = null

  constructor(db: CatalogDatabase, announce: (token: string) => void) {
    this.#db = db
    this.#announce = announce
  }

  /** Whether there is no account yet; then the token has been told. */
  async needed(): Promise<boolean> {
    if (await anyUser(this.#db)) return false
    if (this.#hash === null) {
      const token = newSecret()
      this.#hash = secretHash(token)
      this.#announce(token)
    }
    return true
  }

  matches(token: string): boolean {
    return this.#hash !== null && timingSafeEqual(Buffer.from(secretHash(token.trim())), Buffer.from(this.#hash))
  }

  /** It is good no longer. */
  used(): void {
    this.#hash = null
  }
}
