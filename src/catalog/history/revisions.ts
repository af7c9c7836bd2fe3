import { sql } from 'kysely'
import { among } from '../batches.ts'
import type { CatalogDatabase } from '../open.ts'
import type { TimeText } from '../times.ts'

/** A captured content of a file. Times in the catalog's own form. */
export interface HeldRevision {
  revision: string
  size: number
  sha256: string | null
  modified_time: TimeText
  captured_at: TimeText
}

interface RevisionRow extends HeldRevision {
  file: number
  first_seen: TimeText
}

/**
 * From when on a revision held: from the change, where Drive tells its time credibly, that is after the one before was captured
 * and before this one was; else from its capture. The first one holds from when the file was first seen, unless it was changed
 * between that and its capture. Pure.
 */
export function heldSince(revision: HeldRevision, before: TimeText | null, firstSeen: TimeText): TimeText {
  const { modified_time: modified, captured_at: captured } = revision
  if (modified > captured) return captured
  if (before === null) return modified > firstSeen ? modified : earlier(firstSeen, captured)
  return modified > before ? modified : captured
}

/** The revision that each file held at a moment, by the file's number; a file of which none was captured by then is not in it. */
export async function revisionsAsOf(
  db: CatalogDatabase,
  files: readonly number[],
  at: TimeText,
): Promise<Map<number, HeldRevision>> {
  if (files.length === 0) return new Map()
  // The last one that was captured by then, and the first after it, which may have been changed by then already.
  const { rows } = await sql<RevisionRow>`
    select r.file, r.revision, r.size, r.sha256, r.modified_time, r.captured_at, i.first_seen
    from json_each(${JSON.stringify(files)}) f cross join revisions r on r.file = f.value cross join items i on i.id = r.file
    where r.captured_at = (select max(x.captured_at) from revisions x where x.file = r.file and x.captured_at <= ${at})
      or r.captured_at = (select min(x.captured_at) from revisions x where x.file = r.file and x.captured_at > ${at})
    order by r.captured_at, r.modified_time`.execute(db)
  const held = new Map<number, HeldRevision>()
  for (const { file, first_seen, ...revision } of rows) {
    const before = held.get(file)?.captured_at ?? null
    if (revision.captured_at <= at || heldSince(revision, before, first_seen) <= at) held.set(file, revision)
  }
  return held
}

/** Copies of these revisions: where each is stored. */
export async function destinationsOf(
  db: CatalogDatabase,
  revisions: readonly { file: number; revision: string }[],
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ file: number; revision: string; name: string }>`
    select distinct c.file, c.revision, d.name from copies c join destinations d on d.id = c.destination
    where c.file in ${among(revisions.map(({ file }) => file))} order by d.name`.execute(db)
  const found = new Map<string, string[]>()
  for (const { file, revision, name } of rows) {
    const key = copyName(file, revision)
    found.set(key, [...(found.get(key) ?? []), name])
  }
  return found
}

export function copyName(file: number, revision: string): string {
  return `${file}\0${revision}`
}

function earlier(one: TimeText, other: TimeText): TimeText {
  return one < other ? one : other
}
