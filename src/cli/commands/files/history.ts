import { pastOf } from '../../../catalog/history/file-history.ts'
import { heldSince } from '../../../catalog/history/revisions.ts'
import type { CatalogDatabase } from '../../../catalog/open.ts'
import { findItems } from '../../../catalog/read/browse.ts'
import { fileById, revisionsOf } from '../../../catalog/read/file-detail.ts'
import type { FileRow } from '../../../catalog/schema.ts'
import { isoTime } from '../../../catalog/times.ts'
import { visible } from '../../../log/visible.ts'
import { type Context, openDatabase, readConfig } from '../../context.ts'
import { bytes, localTime } from '../../terminal/format.ts'
import { print } from '../../terminal/print.ts'
import { EXIT, Refusal } from '../../terminal/refusal.ts'

/** Shows where an item was, when it was in the trash or gone, and what it held. */
export async function history(context: Context, path: string, { json = false }: { json?: boolean }): Promise<number> {
  const config = await readConfig(context)
  await using db = await openDatabase(config.catalogFile)
  const file = await theOne(db, path)
  const { placements, absences } = await pastOf(db, file)
  const { revisions, total } = await revisionsOf(db, file.id)
  const held = revisions.map((revision, i) => ({
    ...revision,
    from: heldSince(revision, revisions[i + 1]?.captured_at ?? null, file.first_seen),
    destinations: [...new Set(revision.copies.map(({ destination }) => destination))],
  }))
  if (json) {
    const answer = {
      id: file.file_id,
      first_seen: isoTime(file.first_seen),
      placements: placements.map(({ from, to, ...one }) => ({ ...one, from: isoTime(from), to: isoTime(to) })),
      absences: absences.map(({ kind, from, to }) => ({ kind, from: isoTime(from), to: isoTime(to) })),
      revisions: held.map(({ revision, size, modified_time, captured_at, from, destinations }) => ({
        ...{ revision, size, destinations, held_from: isoTime(from) },
        ...{ modified: isoTime(modified_time), captured: isoTime(captured_at) },
      })),
    }
    await print(JSON.stringify(answer, null, 2))
    return EXIT.ok
  }
  await print(`${visible(file.path)} (id ${file.file_id}), first seen ${localTime(file.first_seen)}\n`)
  await print('Where it was:')
  for (const { from, to, folder, name } of placements)
    await print(`  ${span(from, to)}  ${visible(folder === '' ? name : `${folder}/${name}`)}`)
  if (absences.length > 0) await print('\nIn the trash, or deleted:')
  for (const { kind, from, to } of absences)
    await print(`  ${span(from, to)}  ${kind === 'trashed' ? 'in the trash' : 'deleted in Drive, copies kept'}`)
  if (file.kind === 'folder') return EXIT.ok
  await print(`\nWhat it held${total > held.length ? ` (the newest ${held.length} of ${total})` : ''}:`)
  if (held.length === 0) await print('  nothing was captured yet')
  for (const { from, size, destinations } of held)
    await print(`  since ${localTime(from)}  ${bytes(size).padStart(9)}  ${inWords(destinations)}`)
  return EXIT.ok
}

async function theOne(db: CatalogDatabase, path: string): Promise<FileRow> {
  const [found, ...more] = await findItems(db, path)
  const file = found === undefined ? null : await fileById(db, found.id)
  if (file === null)
    throw new Refusal(
      `nothing in the catalog has the path or id ${JSON.stringify(path)}. \`drivekeep ls\` shows the drive.`,
    )
  if (more.length > 0) {
    const ids = [file, ...more].map((one) => one.file_id).join(', ')
    throw new Refusal(`several items have the path ${JSON.stringify(path)}. Ask for one of them by its id: ${ids}.`)
  }
  return file
}

function span(from: string, to: string | null): string {
  return `${localTime(from)} to ${to === null ? 'now'.padEnd(16) : localTime(to)}`
}

function inWords(destinations: readonly string[]): string {
  return destinations.length === 0 ? 'no copy is known' : `at ${destinations.join(', ')}`
}
