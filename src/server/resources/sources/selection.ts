import { folderNames } from '../../../catalog/read/folder-names.ts'
import { GOOGLE_DRIVE } from '../../../config/schema/schema.ts'
import * as routes from '../../contract/sources.ts'
import { answers, type Call, type Handler } from '../../http/handler.ts'
import { changeSettings, type SetUpParts } from '../../set-up/set-up-parts.ts'
import { entryOf, keyOf } from '../../set-up/source-entry.ts'

const RECENT_DAYS = 'sync.check_recent_days'

/** What of each source is chosen to be backed up. */
export function selectionHandlers(parts: SetUpParts): Handler[] {
  return [
    answers(routes.getSelection, ({ query }) => readSelection(parts, query.source)),
    answers(routes.setSelection, (call) => choose(parts, call)),
  ]
}

/** With the names that folders have now, where they are known; what they were called when they were chosen, where not. */
async function readSelection({ db, configuration }: SetUpParts, source: string) {
  const { loaded } = await configuration.current()
  const { rest, folders } = entryOf(loaded, source).folders ?? { rest: 'include' as const, folders: [] }
  const known = await folderNames(
    db,
    folders.map(({ id }) => id),
  )
  return {
    rest,
    folders: folders.map(({ id, name, mode, ancestors }) => ({
      id,
      name: known.get(id)?.name ?? name,
      mode,
      ancestors: [...ancestors],
      gone: known.get(id)?.gone ?? false,
    })),
    recent_days: loaded.config.sync.checkRecentDays,
  }
}

async function choose(parts: SetUpParts, call: Call<typeof routes.setSelection>) {
  const { rest, folders, recent_days: days } = call.body
  const { source } = call.query
  const { loaded } = await parts.configuration.current()
  entryOf(loaded, source)
  const exclude = named(folders, 'exclude')
  // Where nothing is skipped, there is nothing to bring back.
  const include = rest === 'include' && exclude.length === 0 ? [] : named(folders, 'include')
  const changes = new Map<string, unknown>([
    [keyOf(source, 'folders.rest'), rest],
    [keyOf(source, 'folders.include'), include],
    [keyOf(source, 'folders.exclude'), exclude],
  ])
  if (loaded.config.sync.checkRecentDays !== days) changes.set(RECENT_DAYS, days)
  call.audit(source === GOOGLE_DRIVE ? null : source, inWords(rest, include.length, exclude.length, days))
  await changeSettings(parts, call, changes)
  return readSelection(parts, source)
}

type Folders = Call<typeof routes.setSelection>['body']['folders']

function named(folders: Folders, mode: Folders[number]['mode']) {
  return folders.filter((one) => one.mode === mode).map(({ id, name, ancestors }) => ({ id, name, ancestors }))
}

function inWords(rest: 'include' | 'exclude', include: number, exclude: number, days: number): string {
  const folders = `${rest === 'include' ? 'everything' : 'nothing'}, with ${include} folders and without ${exclude}`
  return days === 0 ? folders : `${folders}; at first the last ${days} days`
}
