import { type Override, plain } from '../overrides/overrides.ts'
import type { Path, Section, Tree, Value } from './document.ts'
import { NOWHERE, type Place, type Problem } from './problems.ts'

/**
 * The file with what was set in the dashboard over it, as if it had been written there. A value remembers where it comes
 * from, so that a complaint sends people to the right place.
 */
export function layered(file: Tree, overrides: readonly Override[]): Tree {
  if (overrides.length === 0) return file
  const set = overrides.map((override) => ({ ...override, path: override.key.split('.') }))
  const value = plain(file.value) as Section
  for (const { path, content } of set) if ('value' in content) put(value, path, content.value)
  const settled = (path: Path) => set.some((one) => startsWith(path, one.path))
  return {
    value,
    problems: [
      ...file.problems.filter((problem) => !set.some(({ key }) => isAbout(problem.path, key))),
      ...unreadable(set),
    ],
    unset: file.unset.filter(({ path }) => !settled(path)),
    expanded: (path) => !settled(path) && file.expanded(path),
    has: (path) => settled(path) || file.has(path),
    at: (path, part) => placeOf(path, part, file, set),
  }
}

type Set = Override & { path: string[] }

/** The file's own place where it says something of it; else who set the key, or set something in the section around it. */
function placeOf(path: Path, part: 'key' | 'value' | undefined, file: Tree, set: readonly Set[]): Place {
  for (let length = path.length; length > 0; length--) {
    const above = path.slice(0, length)
    const own = set.find((one) => startsWith(above, one.path))
    if (own !== undefined) return { ...NOWHERE, setBy: own.by }
    if (file.has(above)) return file.at(path, part)
    const within = set.find((one) => startsWith(one.path, above))
    if (within !== undefined) return { ...NOWHERE, setBy: within.by }
  }
  return file.at(path, part)
}

function unreadable(set: readonly Set[]): Problem[] {
  return set.flatMap(({ key, by, content }) => {
    if ('value' in content) return []
    const remedy = 'Put secret.key in data_dir (or DRIVEKEEP_SECRET) back as it was, or set it anew.'
    return [{ kind: 'missing' as const, path: key, ...NOWHERE, setBy: by, message: content.unreadable, remedy }]
  })
}

function put(root: Section, path: readonly string[], value: Value): void {
  const keys = [...path]
  const last = keys.pop() ?? ''
  let section = root
  for (const key of keys) {
    const inner = section[key] ?? Object.create(null)
    // What is no section in the file is complained about as it stands.
    if (typeof inner !== 'object' || Array.isArray(inner)) return
    section[key] = inner
    section = inner
  }
  section[last] = value
}

const startsWith = (path: Path, start: Path) => start.every((part, index) => path[index] === part)

const isAbout = (problemPath: string, key: string) => problemPath === key || problemPath.startsWith(`${key}[`)
