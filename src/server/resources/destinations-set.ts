import { openDestination } from '../../app/compose.ts'
import { type Changes, SettingsRefused, type Standing } from '../../app/configuration.ts'
import { movedAway } from '../../app/destination-moved.ts'
import type { CheckResult } from '../../backup/model/destination.ts'
import { saveDestinationTest } from '../../catalog/destinations.ts'
import type { DestinationConfig } from '../../config/config.ts'
import * as routes from '../contract/destinations.ts'
import { answers, type Call, type Handler, Refusal } from '../http/handler.ts'
import { changeSettings, refusalOf, type SetUpParts } from '../set-up/set-up-parts.ts'
import { readDestinations } from './destinations.ts'

type Draft = Call<typeof routes.setDestination>['body']

/** Adds, changes, takes out and tests destinations. */
export function setDestinationHandlers(parts: SetUpParts): Handler[] {
  return [
    answers(routes.setDestination, (call) => put(parts, call)),
    answers(routes.deleteDestination, (call) => remove(parts, call)),
    answers(routes.testDestination, (call) => test(parts, call)),
  ]
}

async function put(parts: SetUpParts, call: Call<typeof routes.setDestination>) {
  const { name } = call.params
  const changes = changesFor(name, call.body, await parts.configuration.current())
  await refuseMove(parts, name, changes)
  call.audit(name, placeOf(call.body))
  await changeSettings(parts, call, changes)
  const { db, clock, configuration } = parts
  const all = await readDestinations({
    db,
    now: clock.now,
    configuration: async () => (await configuration.current()).loaded,
  })
  const mine = all.find((one) => one.name === name)
  if (mine === undefined) throw new Refusal(404, `${name} was taken out again at this moment.`)
  return mine
}

function placeOf({ type, bucket, path, prefix }: Draft): string {
  return `${type}: ${type === 'folder' ? path : bucket}${prefix === '' ? '' : `/${prefix}`}`
}

async function remove(parts: SetUpParts, call: Call<typeof routes.deleteDestination>) {
  const { name } = call.params
  const { loaded, overrides } = await parts.configuration.current()
  if (!Object.hasOwn(loaded.written.destinations, name)) throw noSuch(name)
  if (loaded.fileGives(['destinations', name])) {
    throw new Refusal(
      409,
      `${name} stands in config.yaml. Take it out there and restart Drivekeep, or switch it off here: its copies stay in either case.`,
    )
  }
  const mine = overrides.filter(({ key }) => key.startsWith(`destinations.${name}.`))
  await changeSettings(parts, call, new Map(mine.map(({ key }) => [key, undefined])) as Changes)
  return {}
}

async function test(parts: SetUpParts, call: Call<typeof routes.testDestination>) {
  const { name, draft } = call.body
  if (draft !== undefined && !call.caller?.scopes.includes('admin'))
    throw new Refusal(
      403,
      'Trying a destination that is not saved takes an admin: it sends requests to an address of your choice.',
    )
  const standing = await parts.configuration.current()
  if (draft === undefined && !Object.hasOwn(standing.loaded.written.destinations, name)) throw noSuch(name)
  const closed = draft === undefined ? closedSecret(standing, name) : null
  const result =
    closed === null
      ? await tryOut(parts, name, changesFor(name, draft ?? null, standing), call.signal)
      : { ok: false, checks: [closed] }
  if (draft === undefined) await saveDestinationTest(parts.db, name, { at: parts.clock.now(), ok: result.ok })
  call.audit(
    name,
    `${draft === undefined ? 'as it is' : placeOf(draft)}: ${result.ok ? 'all is well' : 'something is missing'}`,
  )
  return result
}

/** Tests what these changes would make of a destination, without making them; also one that is switched off. */
async function tryOut(parts: SetUpParts, name: string, changes: Map<string, unknown>, signal: AbortSignal) {
  const { db, clock } = parts
  const { config } = await preview(parts, new Map([...changes, [`destinations.${name}.enabled`, true]]))
  const one = configured(config.destinations, name)
  return parts.tests.run(signal, async (signal) => {
    await using destination = await openDestination(one, config, db, clock)
    return await destination.check(signal)
  })
}

async function preview({ configuration }: SetUpParts, changes: Changes) {
  try {
    return await configuration.preview(changes)
  } catch (error) {
    throw refusalOf(error)
  }
}

function configured(destinations: readonly DestinationConfig[], name: string): DestinationConfig {
  const one = destinations.find((each) => each.name === name)
  if (one === undefined) throw noSuch(name)
  return one
}

function noSuch(name: string): Refusal {
  return new Refusal(404, `There is no destination ${JSON.stringify(name)}. It may have been taken out meanwhile.`)
}

/** A name stands for one place: what is stored under it must not be looked for somewhere else. */
async function refuseMove(parts: SetUpParts, name: string, changes: Changes): Promise<void> {
  const { db, clock } = parts
  // What is wrong with the draft is said by the change itself; one that is switched off points nowhere.
  const next = await parts.configuration
    .preview(new Map([...changes, [`destinations.${name}.enabled`, true]]))
    .catch((error) => {
      if (error instanceof SettingsRefused) return null
      throw error
    })
  const one = next?.config.destinations.find((each) => each.name === name)
  if (next === null || one === undefined) return
  await using destination = await openDestination(one, next.config, db, clock)
  const moved = await movedAway(db, destination)
  if (moved !== null) throw new Refusal(409, moved)
}

/** Only what is to be other than it is: all else goes on coming from where it comes from. */
function changesFor(name: string, draft: Draft | null, { loaded }: Standing): Map<string, unknown> {
  if (draft === null) return new Map()
  const present: Record<string, unknown> | undefined = loaded.written.destinations[name]
  const wanted = draft.type === 'folder' ? folderSettings(draft) : bucketSettings(draft)
  if (draft.layout !== undefined) wanted.layout = draft.layout
  return new Map(
    Object.entries(wanted)
      .filter(([key, value]) => present === undefined || present[key] !== value)
      .map(([key, value]) => [`destinations.${name}.${key}`, value]),
  )
}

/** What a folder has no use for is set to nothing: another type may have stood there. */
function folderSettings({ type, enabled, path, prefix }: Draft): Record<string, unknown> {
  const none = { bucket: null, region: null, endpoint: null, access_key_id: null, secret_access_key: null }
  const more = { storage_class: null, force_path_style: false }
  return { type, enabled, path: path?.trim() ?? null, prefix: prefix.trim(), ...none, ...more }
}

function bucketSettings(draft: Draft): Record<string, unknown> {
  const { secret_access_key: secret, layout: _, ...plain } = draft
  const bucket = plain.bucket.trim() === '' ? null : plain.bucket.trim()
  const wanted: Record<string, unknown> = { ...plain, path: null, prefix: plain.prefix.trim(), bucket }
  // Without the one half of a key the other is of no use; not given, it stays.
  if (plain.access_key_id === null) wanted.secret_access_key = null
  else if (secret !== undefined) wanted.secret_access_key = secret
  return wanted
}

/** A secret that is kept and cannot be opened: nothing else must be tried in its place. */
function closedSecret({ loaded }: Standing, name: string): CheckResult | null {
  const missing = loaded.state === 'ready' ? [] : loaded.missing
  const mine = missing.find(({ path }) => path.startsWith(`destinations.${name}.`))
  return mine === undefined
    ? null
    : { step: 'settings', ok: false, message: `${mine.path} ${mine.message}. ${mine.remedy}` }
}
