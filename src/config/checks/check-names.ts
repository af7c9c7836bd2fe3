import type { Tree } from '../file/document.ts'
import type { Complaints } from './complaints.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/

/** Whether the entries of `sources` and `destinations` may have their names. Asks the tree: the schema passes over `__proto__`. */
export function checkNames({ value }: Tree, complaints: Complaints): void {
  for (const section of ['sources', 'destinations'] as const)
    for (const name of Object.keys(value[section] ?? {})) checkName(section, name, complaints)
}

function checkName(section: 'sources' | 'destinations', name: string, complaints: Complaints): void {
  if (NAME.test(name)) return
  const [what, example] = section === 'sources' ? ['source', 'work'] : ['destination', 'aws_s3']
  const remedy = `Use up to 63 letters, digits, hyphens and underscores, such as ${example}.`
  complaints.add([section, name], `is no name for a ${what}`, remedy)
}
