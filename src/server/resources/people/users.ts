import { endSessionsOf } from '../../../catalog/access/sessions.ts'
import {
  addUser,
  changeUser,
  type ListedUser,
  listUsers,
  removeUser,
  type UserChange,
} from '../../../catalog/access/users.ts'
import type { Access } from '../../access/access.ts'
import * as routes from '../../contract/access.ts'
import { answers, type Call, type Handler, Refusal } from '../../http/handler.ts'
import { iso, signedIn } from './session.ts'

export function usersHandlers(access: Access): Handler[] {
  const { db } = access
  return [
    answers(routes.listUsers, async () => ({ users: (await listUsers(db)).map(shown) })),
    answers(routes.createUser, (call) => createUser(access, call)),
    answers(routes.changeUser, (call) => change(access, call)),
    answers(routes.deleteUser, async ({ params, audit }) => {
      const { name } = await found(access, params.id)
      refuseUnlessDone(await removeUser(db, params.id), params.id)
      await access.openCalls.review()
      audit(name)
      return {}
    }),
  ]
}

async function createUser({ db, passwords, now }: Access, { body, audit }: Call<typeof routes.createUser>) {
  const { name, role, password } = body
  const id = await addUser(db, { name, role, passwordHash: await passwords.hash(password) }, now())
  if (id === null) {
    throw new Refusal(409, `There is a user ${name} already. Choose another name.`, {
      errors: [{ field: 'name', message: 'is taken' }],
    })
  }
  audit(name, `as ${role}`)
  return shown({ id, name, role, createdAt: now(), lastSeenAt: null })
}

async function change(access: Access, { params, body, caller, audit }: Call<typeof routes.changeUser>) {
  const { db, passwords, openCalls } = access
  const { user: self, session } = signedIn(caller)
  const { id } = params
  const { role, password } = body
  const before = await found(access, id)
  if (id === self.id && password !== undefined) {
    throw new Refusal(409, 'Change your own password under Account: that asks for the current one.')
  }
  const passwordHash = password === undefined ? {} : { passwordHash: await passwords.hash(password) }
  refuseUnlessDone(await changeUser(db, id, { ...(role === undefined ? {} : { role }), ...passwordHash }), id)
  // Whoever changes the own role stays signed in, with the new one.
  await endSessionsOf(db, id, id === self.id ? session : null)
  await openCalls.review()
  const did = [role === undefined ? '' : `role ${before.role} → ${role}`, password === undefined ? '' : 'new password']
  audit(before.name, did.filter((text) => text !== '').join(', '))
  return shown(await found(access, id))
}

async function found({ db }: Access, id: number): Promise<ListedUser> {
  const user = (await listUsers(db)).find((one) => one.id === id)
  if (user === undefined) throw unknown(id)
  return user
}

const unknown = (id: number) => new Refusal(404, `There is no user with the number ${id}; it may have been removed.`)

function refuseUnlessDone(change: UserChange, id: number): void {
  if (change === 'unknown') throw unknown(id)
  if (change === 'last-admin') {
    throw new Refusal(409, 'This is the last admin, and somebody must be. Make another user an admin first.')
  }
}

function shown({ id, name, role, createdAt, lastSeenAt }: ListedUser) {
  return { id, name, role, created_at: iso(createdAt), last_seen_at: lastSeenAt === null ? null : iso(lastSeenAt) }
}
