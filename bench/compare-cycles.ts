import { median, orderOf, type Site } from './contest.ts'
import type { DriveProcess } from './emulators.ts'
import { versionOf } from './installation.ts'
import { type CycleTaken, type Looker, startLooker } from './looks.ts'
import { aimsTable, count, figure, mebibytes, type Table } from './report.ts'

/** Not measured: the catalog's pages and the compiled code come into memory. */
const WARM_UP = 5
/** A cycle after it may cost so many times what it costs on an empty drive. */
const AIM = 2
/** … and so many times what it cost an older version. */
const AIM_OLDER = 1.05

/**
 * The same ten changes, and the same idle looks, on a large drive and on an empty one, in turns. Both processes keep their
 * catalogs open, as the daemon does.
 */
export async function compareCycles(large: Site, empty: Site, times: number): Promise<{ tables: Table[] }> {
  await using onLarge = await startLooker(large)
  await using onEmpty = await startLooker(empty)
  const drives = [
    { name: 'large drive', looker: onLarge, life: new Life(large.drive) },
    { name: 'empty drive', looker: onEmpty, life: new Life(empty.drive) },
  ] as const
  const changed: CycleTaken[][] = [[], []]
  const idle: CycleTaken[][] = [[], []]
  for (let round = -WARM_UP; round < times; round++) {
    for (const [at, { looker, life }] of drives.entries()) {
      await life.tenChanges()
      const taken = await changedLook(looker, round === -WARM_UP)
      const nothing = await looker.look()
      if (round < 0) continue
      changed[at]?.push(taken)
      idle[at]?.push(nothing)
    }
  }
  const [many = [], few = []] = changed
  const [manyIdle = [], fewIdle = []] = idle
  const ratio = (of: (taken: CycleTaken) => number, [ours, theirs]: [CycleTaken[], CycleTaken[]]) =>
    median(ours.map(of)) / median(theirs.map(of))
  const calls = (taken: CycleTaken) => taken.driveCalls + taken.s3Calls
  return {
    tables: [
      {
        head: ['cycle', 'times', 'ms', 'CPU ms', 'Drive calls', 'S3 calls', 'resident MiB'],
        rows: [
          line('ten changes, large drive', many),
          line('ten changes, empty drive', few),
          line('no change, large drive', manyIdle),
          line('no change, empty drive', fewIdle),
        ],
      },
      aimsTable(
        [
          { what: 'ten changes, time', ratio: ratio((taken) => taken.ms, [many, few]), atMost: AIM },
          { what: 'ten changes, CPU', ratio: ratio((taken) => taken.cpuMs, [many, few]), atMost: AIM },
          { what: 'ten changes, calls', ratio: ratio(calls, [many, few]), atMost: AIM },
          { what: 'no change, CPU', ratio: ratio((taken) => taken.cpuMs, [manyIdle, fewIdle]), atMost: AIM },
        ],
        'large ÷ empty drive',
      ),
    ],
  }
}

/** The same ten changes on one large drive, seen by both versions in turns, each with a catalog of its own. */
export async function compareVersions(
  present: Site,
  older: Site,
  commit: string,
  times: number,
): Promise<{ tables: Table[] }> {
  const peer = versionOf(commit)
  await using ours = await startLooker(present)
  await using theirs = await startLooker(older, peer)
  const life = new Life(present.drive)
  const changed: CycleTaken[][] = [[], []]
  const idle: CycleTaken[][] = [[], []]
  for (let round = -WARM_UP; round < times; round++) {
    await life.tenChanges()
    for (const [at, looker] of orderOf([...[ours, theirs].entries()], Math.abs(round))) {
      const taken = await changedLook(looker, round === -WARM_UP)
      const nothing = await looker.look()
      if (round < 0) continue
      changed[at]?.push(taken)
      idle[at]?.push(nothing)
    }
  }
  const [many = [], few = []] = changed
  const [manyIdle = [], fewIdle = []] = idle
  const cpu = (of: readonly CycleTaken[]) => median(of.map(({ cpuMs }) => cpuMs))
  return {
    tables: [
      {
        head: ['cycle', 'times', 'ms', 'CPU ms', 'Drive calls', 'S3 calls', 'resident MiB'],
        rows: [
          line('ten changes', many),
          line(`ten changes, ${commit}`, few),
          line('no change', manyIdle),
          line(`no change, ${commit}`, fewIdle),
        ],
      },
      aimsTable(
        [
          { what: 'ten changes, CPU', ratio: cpu(many) / cpu(few), atMost: AIM_OLDER },
          { what: 'no change, CPU', ratio: cpu(manyIdle) / cpu(fewIdle), atMost: AIM_OLDER },
        ],
        `present ÷ ${commit}`,
      ),
    ],
  }
}

/** A cycle that did not see the ten changes measures nothing. The first one may see more: whatever was there before. */
async function changedLook(looker: Looker, first: boolean): Promise<CycleTaken> {
  const taken = await looker.look()
  if (!first && taken.seen !== 10) throw new Error(`a cycle saw ${taken.seen} changes instead of 10`)
  return taken
}

function line(name: string, all: readonly CycleTaken[]): string[] {
  const of = (figureOf: (taken: CycleTaken) => number) => median(all.map(figureOf))
  const { residentBytes = 0 } = all.at(-1) ?? {}
  const calls = [count(of((taken) => taken.driveCalls)), count(of((taken) => taken.s3Calls))]
  const times = [figure(of((taken) => taken.ms)), figure(of((taken) => taken.cpuMs))]
  return [name, String(all.length), ...times, ...calls, mebibytes(residentBytes)]
}

/** Ten changes at a time in the top folder: four files edited, three renamed, three created. */
class Life {
  readonly #drive: DriveProcess
  #made = 0
  #files: string[] = []

  constructor(drive: DriveProcess) {
    this.#drive = drive
  }

  async tenChanges(): Promise<void> {
    if (this.#files.length === 0) this.#files = await this.#mutate(Array.from({ length: 7 }, () => this.#newFile()))
    const edits = this.#files.slice(0, 4).map((id) => ({ do: 'edit', id, content: this.#next('edited') }))
    const renames = this.#files.slice(4, 7).map((id) => ({ do: 'rename', id, name: this.#next('renamed') }))
    const created = Array.from({ length: 3 }, () => this.#newFile())
    await this.#mutate([...edits, ...renames, ...created])
  }

  #newFile() {
    return { do: 'create', name: this.#next('new'), content: this.#next('content') }
  }

  #next(what: string): string {
    this.#made += 1
    return `${what} ${this.#made}`
  }

  async #mutate(mutations: object[]): Promise<string[]> {
    const made = (await this.#drive.control('POST', 'mutations', mutations)) as { id: string }[]
    return made.map(({ id }) => id)
  }
}
