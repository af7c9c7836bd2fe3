import {
  addSession,
  endOldSessions,
  endSession,
  type ListedSession,
  renewSecret,
  type Session,
  sessionBySecret,
  sessionsOf,
  touchSession,
} from '../../catalog/access/sessions.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import type { Note } from './note.ts'
import { newSecret, secretHash } from './secrets.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** A browser that nobody has used for so long is signed out. */
const IDLE_MS = 14 * DAY
/** And every one after so long, however much it is used. */
export const LONGEST_MS = 90 * DAY
/** The last use is written down at most so often: each writing is one to the disk. */
const NOTED_EVERY_MS = MINUTE

/** What the browser is given: the secret goes into its cookie, and nowhere else. */
export interface OpenedSession {
  id: number
  secret: string
}

/** Sessions as the server holds them: a random secret in the browser, its hash in the catalog, both ends of time watched. */
export class Sessions {
  readonly #db: CatalogDatabase
  readonly #now: () => number
  readonly #note: Note

  constructor(db: CatalogDatabase, now: () => number, note: Note) {
    this.#db = db
    this.#now = now
    this.#note = note
  }

  /**
   * Opens a new session, always with a new secret: one that was in the browser before, whoever put it there, is never
   * taken over, and the session it belonged to ends.
   */
  async open(
    user: number,
    from: { address: string; userAgent: string },
    before: string | null,
  ): Promise<OpenedSession> {
    if (before !== null) await this.end(before)
    const secret = newSecret()
    const id = await addSession(this.#db, { secretHash: secretHash(secret), user, ...from }, this.#now())
    return { id, secret }
  }

  /** The session with this secret, if it has not ended. Notes that it is used. */
  async find(secret: string): Promise<Session | null> {
    const session = await sessionBySecret(this.#db, secretHash(secret))
    if (session === null) return null
    const now = this.#now()
    if (now >= expiry(session)) {
      await this.#note(endSession(this.#db, session.user.id, session.id))
      return null
    }
    if (now - session.lastSeenAt >= NOTED_EVERY_MS) await this.#note(touchSession(this.#db, session, now))
    return session
  }

  /** Ends the session with this secret, if there is one. */
  async end(secret: string): Promise<void> {
    const session = await sessionBySecret(this.#db, secretHash(secret))
    if (session !== null) await endSession(this.#db, session.user.id, session.id)
  }

  /** Gives a session another secret; the old one is good no longer. */
  async renew(id: number): Promise<OpenedSession> {
    const secret = newSecret()
    await renewSecret(this.#db, id, secretHash(secret))
    return { id, secret }
  }

  async list(user: number): Promise<(ListedSession & { expiresAt: number })[]> {
    const now = this.#now()
    const all = await sessionsOf(this.#db, user)
    return all.map((one) => ({ ...one, expiresAt: expiry(one) })).filter(({ expiresAt }) => expiresAt > now)
  }

  async endExpired(): Promise<void> {
    const now = this.#now()
    await endOldSessions(this.#db, { idleSince: now - IDLE_MS, createdSince: now - LONGEST_MS })
  }
}

function expiry({ createdAt, lastSeenAt }: { createdAt: number; lastSeenAt: number }): number {
  return Math.min(createdAt + LONGEST_MS, lastSeenAt + IDLE_MS)
}
