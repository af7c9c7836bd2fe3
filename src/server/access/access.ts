import type { Logger } from 'pino'
import { forgetOldTokens } from '../../catalog/access/tokens.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { AuditTrail } from './audit-trail.ts'
import { Devices } from './devices.ts'
import { type Note, noteUnless } from './note.ts'
import { OpenCalls } from './open-calls.ts'
import { Passwords } from './passwords/passwords.ts'
import { Sessions } from './sessions.ts'
import { SetupToken } from './setup-token.ts'
import { SignInGuard } from './sign-in-guard.ts'

/** Who may come in, and who is in: what the server and the resources of sign-in, users and tokens share. */
export interface Access {
  db: CatalogDatabase
  now: () => number
  sessions: Sessions
  passwords: Passwords
  guard: SignInGuard
  devices: Devices
  setupToken: SetupToken
  openCalls: OpenCalls
  audit: AuditTrail
  note: Note
  /** Forgets what has ended and what is too old; to be called about once an hour. */
  tidy(): Promise<void>
}

export interface AccessOptions {
  db: CatalogDatabase
  now: () => number
  log: Logger
  /** Tells the operator, and nobody else, the token that the first account needs. */
  announce: (setupToken: string) => void
  /** Whether an error is outage of this machine's disk or catalog, and no defect. */
  isPassingFault: (error: unknown) => boolean
}

/** An expired token is shown as such for so long, so that who wonders why a script fails can see it. */
const EXPIRED_TOKENS_SHOWN_MS = 30 * 24 * 60 * 60 * 1000

export async function openAccess({ db, now, log, announce, isPassingFault }: AccessOptions): Promise<Access> {
  const note = noteUnless(isPassingFault)
  const sessions = new Sessions(db, now, note)
  const audit = new AuditTrail(db, now, log, isPassingFault)
  const openCalls = new OpenCalls(db, now)
  return {
    db,
    now,
    sessions,
    passwords: new Passwords(),
    guard: new SignInGuard(),
    devices: await Devices.open(db),
    setupToken: new SetupToken(db, announce),
    openCalls,
    audit,
    note,
    async tidy() {
      await sessions.endExpired()
      await forgetOldTokens(db, now() - EXPIRED_TOKENS_SHOWN_MS)
      await audit.prune()
      await openCalls.review()
    },
  }
}
