import { addAudit } from '../../catalog/access/audit.ts'
import { endSessionsOf } from '../../catalog/access/sessions.ts'
import {
  addUser,
  changeUser,
  listUsers,
  type Role,
  removeUser,
  type User,
  userByName,
} from '../../catalog/access/users.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { catalogFileOf } from '../../config/file/load.ts'
import { visible } from '../../log/visible.ts'
import { hashPassword } from '../../server/access/passwords/password-hash.ts'
import { type Context, openDatabase, readFile } from '../context.ts'
import { newPassword } from '../terminal/password.ts'
import { print } from '../terminal/print.ts'
import { EXIT, Refusal } from '../terminal/refusal.ts'
import { checkedUserName } from '../user-name.ts'

/**
 * The users of the dashboard, from the machine itself: whoever may write the catalog may do so, also with a password
 * forgotten and no dashboard to be had. A running server follows within half a minute.
 */

interface PasswordOption {
  passwordStdin?: boolean
}

export async function add(
  context: Context,
  name: string,
  { role, passwordStdin = false }: PasswordOption & { role: Role },
): Promise<number> {
  checkedUserName(name)
  await using db = await openUsers(context)
  if ((await userByName(db, name)) !== null) throw taken(name)
  const { password, generated } = await newPassword(name, passwordStdin)
  const id = await addUser(db, { name, role, passwordHash: await hashPassword(password) }, Date.now())
  if (id === null) throw taken(name)
  await audited(db, 'createUser', name, `as ${role}`)
  await print(`Added ${name} as ${role}.${shownOnce(generated, password)}`)
  return EXIT.ok
}

export async function list(context: Context, { json = false }: { json?: boolean }): Promise<number> {
  await using db = await openUsers(context)
  const users = await listUsers(db)
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  if (json) {
    const shown = users.map(({ name, role, createdAt, lastSeenAt }) => ({
      name,
      role,
      created_at: time(createdAt),
      last_seen_at: time(lastSeenAt),
    }))
    await print(JSON.stringify(shown))
    return EXIT.ok
  }
  if (users.length === 0) await print('There is no user yet. `drivekeep user add NAME` makes one.')
  for (const { name, role, lastSeenAt } of users) {
    await print(
      `${role.padEnd(8)}  ${visible(name)}  ${lastSeenAt === null ? 'never seen' : `seen ${time(lastSeenAt)}`}`,
    )
  }
  return EXIT.ok
}

export async function password(
  context: Context,
  name: string,
  { passwordStdin = false }: PasswordOption,
): Promise<number> {
  await using db = await openUsers(context)
  const user = await known(db, name)
  const { password, generated } = await newPassword(user.name, passwordStdin)
  await changeUser(db, user.id, { passwordHash: await hashPassword(password) })
  await endSessionsOf(db, user.id)
  await audited(db, 'changeUser', user.name, 'new password')
  await print(`${user.name} has a new password, and is signed out everywhere.${shownOnce(generated, password)}`)
  return EXIT.ok
}

export async function remove(context: Context, name: string): Promise<number> {
  await using db = await openUsers(context)
  const user = await known(db, name)
  if ((await removeUser(db, user.id)) === 'last-admin') {
    throw new Refusal(
      `${user.name} is the last admin, and somebody must be. Add another first: drivekeep user add NAME --role admin`,
    )
  }
  await audited(db, 'deleteUser', user.name, null)
  await print(`Removed ${user.name}, with all sessions and API tokens.`)
  return EXIT.ok
}

async function openUsers(context: Context) {
  return openDatabase(catalogFileOf(await readFile(context)))
}

async function known(db: CatalogDatabase, name: string): Promise<User> {
  const user = await userByName(db, name)
  if (user !== null) return user
  const names = (await listUsers(db)).map((one) => visible(one.name)).join(', ')
  throw new Refusal(
    `there is no user ${JSON.stringify(name)}. ${names === '' ? 'There is none yet.' : `There is: ${names}`}`,
  )
}

const taken = (name: string) =>
  new Refusal(`there is a user ${name} already. \`drivekeep user password ${name}\` sets a new password.`)

const shownOnce = (generated: boolean, password: string) =>
  generated ? ` The password is ${password}  (shown only this once)` : ''

/** Beside what was done in the dashboard; who may write the catalog needs no name. */
async function audited(db: CatalogDatabase, action: string, subject: string, detail: string | null): Promise<void> {
  const entry = { actor: 'the command line', address: null, action, subject, detail, outcome: 'done' } as const
  await addAudit(db, entry, Date.now())
}
