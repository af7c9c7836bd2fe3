import type { ChangeKind, SourceRow } from '../../catalog/schema.ts'
import { isoTime } from '../../catalog/times.ts'
import type { MassChange } from '../contract/status.ts'

type Columns = Pick<SourceRow, 'mass_change' | 'mass_change_at' | 'mass_change_items' | 'mass_change_detail'>

/** The alarm of a source that changed very much at once; null: there is none. */
export function massChangeOf(row: Columns): MassChange | null {
  const { mass_change, mass_change_at: at, mass_change_items: items, mass_change_detail: kind } = row
  if (mass_change === null || at === null) return null
  return { at: isoTime(at), items: items ?? 0, kind: (kind ?? 'removed') as ChangeKind }
}
