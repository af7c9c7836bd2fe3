import type { MassChange } from '../../api/types.ts'
import { plural } from '../../ui/data/format.ts'

const WHAT: Record<MassChange['kind'], string> = {
  removed: 'deleted in Drive',
  trashed: 'moved to Drive’s bin',
  moved: 'moved or renamed in Drive',
  rewritten: 'rewritten in Drive',
}

/** What has changed so much that somebody should look. */
export function massChangeSentence({ items, kind }: Pick<MassChange, 'items' | 'kind'>): string {
  return `${plural(items, 'file')} ${items === 1 ? 'was' : 'were'} ${WHAT[kind]} within an hour.`
}

export const COPIES_KEPT = 'Their copies are kept; nothing is moved until you confirm.'
