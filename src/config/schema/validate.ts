import type { z } from 'zod'
import type { Path, Section, Tree, Value } from '../file/document.ts'
import type { Problem } from '../file/problems.ts'
import { explain } from './explain.ts'
import { schema, type Written } from './schema.ts'

/**
 * Checks the values against the schema. What is wrong becomes a problem and is omitted of the result, where the default
 * stands in: so the checks that follow can look at everything else, and a person sees all problems at once.
 */
export function validate(tree: Tree): { written: Written; problems: Problem[] } {
  const problems: Problem[] = []
  const parse = () => schema.safeParse(tree.value, { reportInput: true })
  let result = parse()
  if (!result.success && result.error.issues.filter((issue) => mend(issue, tree)).length > 0) result = parse()
  while (!result.success) {
    for (const issue of result.error.issues) {
      problems.push(...explain(issue, tree))
      leaveOut(issue, tree.value)
    }
    result = parse()
  }
  return { written: result.data, problems }
}

/** Two things that are wrong by the letter only: a section with nothing in it, and a variable that holds a number. */
function mend(issue: z.core.$ZodIssue, tree: Tree): boolean {
  if (issue.code !== 'invalid_type') return false
  const path = issue.path as Path
  if (issue.input === null && (issue.expected === 'object' || issue.expected === 'record')) {
    return replace(tree.value, path, path.length === 2 && NAMED.has(String(path[0])) ? Object.create(null) : undefined)
  }
  if (typeof issue.input !== 'string' || !tree.expanded(path)) return false
  if (issue.expected === 'boolean' && /^(true|false)$/.test(issue.input)) {
    return replace(tree.value, path, issue.input === 'true')
  }
  const numeric = issue.expected === 'number' || issue.expected === 'int'
  return numeric && /^-?\d+(\.\d+)?$/.test(issue.input) && replace(tree.value, path, Number(issue.input))
}

/** Sections whose entries are there by their name alone. */
const NAMED = new Set(['sources', 'destinations'])

function leaveOut(issue: z.core.$ZodIssue, value: Section): void {
  const path = issue.path as Path
  if (issue.code === 'unrecognized_keys') for (const name of issue.keys) replace(value, [...path, name], undefined)
  else replace(value, path, undefined)
}

/** Sets what is at `path`, or removes it. In a list the whole list goes, since its places have no names. */
function replace(value: Section, path: Path, by: Value | undefined): boolean {
  const end = path.findIndex((part) => typeof part === 'number')
  const keys = (end === -1 ? path : path.slice(0, end)).map(String)
  const last = keys.pop()
  if (last === undefined) return false
  let section: Section = value
  for (const name of keys) section = section[name] as Section
  if (by === undefined || end !== -1) delete section[last]
  else section[last] = by
  return true
}
