import type { Access } from '../../access/access.ts'
import type { Handler } from '../../http/handler.ts'
import { type SetupSteps, setupHandlers } from '../setup.ts'
import { auditHandlers } from './audit.ts'
import { sessionHandlers } from './session.ts'
import { tokensHandlers } from './tokens.ts'
import { usersHandlers } from './users.ts'

/** Everything about who may come in. `steps`: what is set up already. */
export function accessHandlers(access: Access, steps: () => Promise<SetupSteps>): Handler[] {
  return [
    ...setupHandlers(access, steps),
    ...sessionHandlers(access),
    ...usersHandlers(access),
    ...tokensHandlers(access),
    ...auditHandlers(access),
  ]
}
