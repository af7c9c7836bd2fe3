import type { Logger } from 'pino'
import { type AuditEntry, addAudit, pruneAudit } from '../../catalog/access/audit.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { visible } from '../../log/visible.ts'

/** Longer details say no more to anybody. */
const LONGEST = 500
/** A flood of refused sign-ins must not wait for the hour. */
const PRUNED_EVERY = 1000

/** Writes down who signed in and who changed what. */
export class AuditTrail {
  readonly #db: CatalogDatabase
  readonly #now: () => number
  readonly #log: Logger
  readonly #isPassingFault: (error: unknown) => boolean
  #written = 0

  constructor(db: CatalogDatabase, now: () => number, log: Logger, isPassingFault: (error: unknown) => boolean) {
    this.#db = db
    this.#now = now
    this.#log = log
    this.#isPassingFault = isPassingFault
  }

  /** What it tells of has happened: if the disk is full, it stands in the log alone. Text from outside is shown on one line. */
  async record(entry: AuditEntry): Promise<void> {
    const shown = {
      ...entry,
      actor: clean(entry.actor),
      subject: clean(entry.subject),
      detail: clean(entry.detail),
    }
    try {
      await addAudit(this.#db, shown, this.#now())
      this.#written += 1
      if (this.#written % PRUNED_EVERY === 0) await this.prune()
    } catch (error) {
      if (!this.#isPassingFault(error)) throw error
      this.#log.error({ ...shown, err: error }, 'this cannot be written to the audit log')
    }
  }

  async prune(): Promise<void> {
    await pruneAudit(this.#db, this.#now())
  }
}

function clean(text: string | null): string | null {
  if (text === null) return null
  const shown = visible(text)
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown
}
