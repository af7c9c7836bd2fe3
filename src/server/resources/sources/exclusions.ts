import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { fingerprintOf } from '../../../app/compose.ts'
import { excluder } from '../../../backup/plan/exclude.ts'
import { pathsInSteps } from '../../../catalog/read/paths.ts'
import { findSource } from '../../../catalog/sources.ts'
import * as routes from '../../contract/settings.ts'
import { answers, type Call, type Handler, Refusal } from '../../http/handler.ts'
import type { SetUpParts } from '../../set-up/set-up-parts.ts'
import { canSignIn, entryOf } from '../../set-up/source-entry.ts'

/** As long as somebody who types is willing to wait; a drive of a hundred thousand files is looked through in it. */
const SLICE_MS = 700
const EXAMPLES = 20

/** What exclusions would skip, before they are saved. */
export function exclusionsHandlers(parts: SetUpParts): Handler[] {
  return [answers(routes.previewExclusions, (call) => preview(parts, call))]
}

async function preview(parts: SetUpParts, { query, body, signal }: Call<typeof routes.previewExclusions>) {
  const excludes = excluderOf(body)
  const found = { matched: 0, bytes: 0, examples: [] as string[], searched: 0, complete: true }
  const until = performance.now() + SLICE_MS
  const source = query.source === undefined ? null : await idOf(parts, query.source)
  // Of a source that was never read nothing is known.
  if (source === undefined) return found
  for await (const files of pathsInSteps(parts.db, source)) {
    // Looked at when there is more: what ends with the time is complete.
    if (found.searched > 0 && performance.now() >= until) return { ...found, complete: false }
    for (const { path, size } of files) {
      found.searched += 1
      if (!excludes(path)) continue
      found.matched += 1
      found.bytes += size ?? 0
      if (found.examples.length < EXAMPLES) found.examples.push(path)
    }
    signal.throwIfAborted()
    await turnOfTheLoop()
  }
  return found
}

/** Undefined: the catalog does not know it yet. */
async function idOf({ db, configuration }: SetUpParts, name: string): Promise<number | undefined> {
  const entry = entryOf((await configuration.current()).loaded, name)
  if (!canSignIn(entry)) return undefined
  return (await findSource(db, { configName: name, driveId: null, credentials: fingerprintOf(entry) })) ?? undefined
}

function excluderOf({ patterns, paths }: Call<typeof routes.previewExclusions>['body']): (path: string) => boolean {
  const errors = patterns.flatMap((pattern, index) => {
    const message = faultWith(pattern)
    return message === null ? [] : [{ field: `patterns[${index + 1}]`, message }]
  })
  if (errors.length > 0) throw new Refusal(422, `${errors[0]?.field}: ${errors[0]?.message}`, { errors })
  return excluder(patterns, paths)
}

/** Why nothing can be skipped by this pattern; null: it can. */
function faultWith(pattern: string): string | null {
  if (pattern.trim() === '') return 'is empty. Remove it.'
  try {
    excluder([pattern], [])('a')
    return null
  } catch {
    return 'is no pattern that can be matched. Close its brackets, or write a backslash before them.'
  }
}
