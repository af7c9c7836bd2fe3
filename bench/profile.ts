import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the time of a process went. */
export type Share = 'waiting' | 'database' | 'parsing' | 'network' | 'garbage collection' | 'native' | 'other'

interface ProfileNode {
  id: number
  callFrame: { functionName: string; url: string }
  children?: number[]
}

interface Profile {
  nodes: ProfileNode[]
  samples: number[]
  timeDeltas: number[]
}

/** Whose work it is, by the file that a function stands in; what has no file (`JSON.parse`, a statement of SQLite) is its caller's. */
const OWNERS: readonly [RegExp, Share][] = [
  [/\/src\/catalog\/|\/(kysely|better-sqlite3)\//, 'database'],
  [/\/node_modules\/undici\/|^node:.*(net|tls|http|stream|dns)/, 'network'],
  [/\/src\/drive\//, 'parsing'],
]

/** V8's own names for what is no function of ours. */
const SPECIAL: Readonly<Record<string, Share>> = {
  '(idle)': 'waiting',
  '(garbage collector)': 'garbage collection',
  // Between two JavaScript functions: reading sockets, TLS, the event loop.
  '(program)': 'native',
}

/** Reads what `node --cpu-prof --cpu-prof-dir` left: for each thread, busiest first, the seconds by share. */
export async function readProfiles(folder: string): Promise<Map<Share, number>[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'))
  const profiles = await Promise.all(
    names.map(async (name) => sharesOf(JSON.parse(await readFile(join(folder, name), 'utf8')) as Profile)),
  )
  const busy = (shares: Map<Share, number>) => total(shares) - (shares.get('waiting') ?? 0)
  return profiles.sort((a, b) => busy(b) - busy(a))
}

export function total(shares: Map<Share, number>): number {
  return [...shares.values()].reduce((sum, seconds) => sum + seconds, 0)
}

function sharesOf({ nodes, samples, timeDeltas }: Profile): Map<Share, number> {
  const owner = new Map<number, Share>()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  // A parent always stands before its children.
  for (const node of nodes) {
    const mine = owner.get(node.id) ?? 'other'
    for (const id of node.children ?? []) {
      const child = byId.get(id)
      if (child !== undefined) owner.set(id, ownerOf(child, mine))
    }
  }
  const shares = new Map<Share, number>()
  for (const [at, id] of samples.entries()) {
    const share = owner.get(id) ?? 'other'
    shares.set(share, (shares.get(share) ?? 0) + (timeDeltas[at] ?? 0) / 1e6)
  }
  return shares
}

function ownerOf({ callFrame: { functionName, url } }: ProfileNode, callers: Share): Share {
  const special = SPECIAL[functionName]
  if (special !== undefined) return special
  if (url === '') return callers
  return OWNERS.find(([files]) => files.test(url))?.[1] ?? 'other'
}
