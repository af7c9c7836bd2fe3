import type { Changes } from '../../../app/configuration.ts'
import { GOOGLE_DRIVE } from '../../../config/schema/schema.ts'
import * as routes from '../../contract/sources.ts'
import { answers, type Call, type Handler, Refusal } from '../../http/handler.ts'
import { forgetAccount } from '../../set-up/google-account.ts'
import { googleStatus } from '../../set-up/google-status.ts'
import { changeSettings, type SetUpParts } from '../../set-up/set-up-parts.ts'
import { entryOf, freeName, keyOf } from '../../set-up/source-entry.ts'

/** Adds and removes entries of `sources`. */
export function setSourceHandlers(parts: SetUpParts): Handler[] {
  return [
    answers(routes.addSource, (call) => add(parts, call)),
    answers(routes.deleteSource, (call) => remove(parts, call)),
  ]
}

async function add(parts: SetUpParts, call: Call<typeof routes.addSource>) {
  const { loaded } = await parts.configuration.current()
  const name = call.body.name ?? freeName(loaded)
  if (loaded.entries.some((one) => one.name === name))
    throw new Refusal(409, `There is a source ${name} already. Choose another name.`)
  call.audit(name)
  await changeSettings(parts, call, new Map([[keyOf(name, 'enabled'), true]]))
  return googleStatus(parts, call.origin, name)
}

async function remove(parts: SetUpParts, call: Call<typeof routes.deleteSource>) {
  const { name } = call.params
  const { loaded, overrides } = await parts.configuration.current()
  entryOf(loaded, name)
  if (name === GOOGLE_DRIVE)
    throw new Refusal(409, 'google_drive is always there. Disconnect it, or switch it off in the settings.')
  if (loaded.fileGives(['sources', name])) {
    throw new Refusal(
      409,
      `${name} is defined in config.yaml. Remove it there and restart Drivekeep, or switch it off in the settings: its copies stay in either case.`,
    )
  }
  const mine = overrides.filter(({ key }) => key.startsWith(keyOf(name, '')))
  await changeSettings(parts, call, new Map(mine.map(({ key }) => [key, undefined])) as Changes)
  await forgetAccount(parts.db, name)
  return {}
}
