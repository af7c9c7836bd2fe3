import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { excluder } from '../../backup/exclude.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { pathsInSteps } from '../../catalog/paths.ts'
import * as routes from '../contract/settings.ts'
import { answers, type Call, type Handler, Refusal } from '../handler.ts'

/** As long as somebody who types is willing to wait; a drive of a hundred thousand files is looked through in it. */
const SLICE_MS = 700
const EXAMPLES = 20

/** What exclusions would leave out, before they are saved. */
export function exclusionsHandlers({ db }: { db: CatalogDatabase }): Handler[] {
  return [answers(routes.previewExclusions, (call) => preview(db, call))]
}

async function preview(db: CatalogDatabase, { body, signal }: Call<typeof routes.previewExclusions>) {
  const excludes = excluderOf(body)
  const found = { matched: 0, bytes: 0, examples: [] as string[], searched: 0, complete: true }
  const until = performance.now() + SLICE_MS
  for await (const files of pathsInSteps(db)) {
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

function excluderOf({ patterns, paths }: Call<typeof routes.previewExclusions>['body']): (path: string) => boolean {
  const errors = patterns.flatMap((pattern, index) => {
    const message = troubleWith(pattern)
    return message === null ? [] : [{ field: `patterns[${index + 1}]`, message }]
  })
  if (errors.length > 0) throw new Refusal(422, `${errors[0]?.field}: ${errors[0]?.message}`, { errors })
  return excluder(patterns, paths)
}

/** Why nothing can be left out by this pattern; null: it can. */
function troubleWith(pattern: string): string | null {
  if (pattern.trim() === '') return 'is empty. Remove it.'
  try {
    excluder([pattern], [])('a')
    return null
  } catch {
    return 'is no pattern that can be matched. Close its brackets, or write a backslash before them.'
  }
}
