import type { WrittenSource } from '../schema/schema.ts'
import type { Complaints } from './complaints.ts'

/** What the schema cannot see in `folders`: whether the lists make sense together. */
export function checkSelection(
  name: string,
  { rest, include, exclude }: WrittenSource['folders'],
  complaints: Complaints,
): void {
  const at = (key: string) => ['sources', name, 'folders', key]
  const idOf = (one: (typeof include)[number]) => (typeof one === 'string' ? one : one.id)
  const included = new Set(include.map(idOf))
  const both = exclude.map(idOf).find((id) => included.has(id))
  if (both !== undefined)
    complaints.add(at('exclude'), `names ${both}, as include does`, 'Remove the folder from one of the two lists.')
  if (rest === 'exclude' && include.length === 0)
    complaints.add(at('rest'), 'leaves nothing to back up', 'Name folders under include, or write rest: include.')
  if (rest === 'include' && include.length > 0 && exclude.length === 0) {
    const remedy = 'Write rest: exclude to back up these folders alone, or remove the list.'
    complaints.add(at('include'), 'names folders that are backed up anyway', remedy)
  }
}
