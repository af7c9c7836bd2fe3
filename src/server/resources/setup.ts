import { addFirstUser } from '../../catalog/access/users.ts'
import type { Access } from '../access/access.ts'
import * as routes from '../contract/access.ts'
import { answers, type Call, type Handler, Refusal } from '../http/handler.ts'
import { me, tooMany, welcome } from './people/session.ts'

/** What is set up already. */
export interface SetupSteps {
  google: boolean
  selection: boolean
  destination: boolean
  started: boolean
}

/** The first account, and how far the set-up has come. */
export function setupHandlers(access: Access, steps: () => Promise<SetupSteps>): Handler[] {
  return [
    answers(routes.getSetup, async ({ caller }) => ({
      needs_account: await access.setupToken.needed(),
      me: caller === null ? null : me(caller),
      steps: caller === null ? null : await steps(),
    })),
    answers(routes.createFirstAccount, (call) => createFirstAccount(access, call)),
  ]
}

const TAKEN = 'There is an account already. Sign in with it, or run `drivekeep user password NAME` on this machine.'

async function createFirstAccount(access: Access, call: Call<typeof routes.createFirstAccount>) {
  const { db, setupToken, guard, passwords, audit, now } = access
  const { body, address } = call
  if (!(await setupToken.needed())) throw new Refusal(409, TAKEN)
  const admitted = guard.admitStranger(address, now())
  if (admitted.refused !== null) throw tooMany(admitted.refused)
  if (!setupToken.matches(body.token)) {
    const action = 'createFirstAccount'
    await audit.record({ actor: null, address, action, subject: null, detail: 'wrong token', outcome: 'refused' })
    throw new Refusal(
      403,
      'This is not the set-up token. It stands in the log of the running daemon, where it started.',
    )
  }
  admitted.succeeded()
  const passwordHash = await passwords.hash(body.password)
  const id = await addFirstUser(db, { name: body.name, passwordHash }, now())
  if (id === null) throw new Refusal(409, TAKEN)
  setupToken.used()
  return welcome(access, call, { id, name: body.name, role: 'admin' })
}
