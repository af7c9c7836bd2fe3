import type { Item } from '../../emulator/drive/store/item.ts'
import { type Random, randomFrom } from '../../emulator/drive/store/random.ts'
import type { Backup } from './harness.ts'

const FOLDER = 'application/vnd.google-apps.folder'
/** Few names, so that they clash all the time. */
const NAMES = [
  'a.txt',
  'b.txt',
  'a.txt ',
  'Zoë',
  'Zoe\u0308',
  'x/y',
  '..',
  'Reports',
  'photo.jpg',
  '100%+#?.pdf',
] as const

export interface Walk {
  /** One thing that somebody does in Drive. */
  step(): void
  /** Drive and storage begin to fail now and then. */
  disturb(): void
  calm(): void
  chance(share: number): boolean
  between(low: number, high: number): number
}

/** Somebody at work in Drive: the same seed does the same things. */
export function randomDrive(
  { drive, s3, secondS3 }: Backup,
  seed: number,
  { email = 'owner@example.com', shareWith = null }: { email?: string; shareWith?: string | null } = {},
): Walk {
  const random: Random = randomFrom(seed)
  let count = 0
  const isFolder = (item: Item) => item.mimeType === FOLDER
  const items = (test: (item: Item) => boolean) =>
    [...drive.store.items()].filter(
      (item) => !drive.store.isRoot(item) && item.space === 'drive' && item.owner === email && test(item),
    )
  const some = (test: (item: Item) => boolean): Item | undefined => {
    const found = items(test)
    return found[random.below(found.length)]
  }
  const living = (item: Item) => !drive.store.isTrashed(item)
  const root = drive.store.get(drive.store.addUser(email).rootId)?.id ?? ''
  const anyFolder = () => (random.next() < 0.3 ? root : (some((item) => isFolder(item) && living(item))?.id ?? root))
  const text = () => `text ${seed} ${count++} ${'x'.repeat(random.below(300))}`
  const below = (folder: Item, id: string): boolean =>
    folder.id === id || [...drive.store.descendants(folder.id)].some((item) => item.id === id)

  const actions: [number, () => void][] = [
    [6, () => drive.create({ name: random.pick(NAMES), parent: anyFolder(), content: text() })],
    [2, () => drive.create({ name: random.pick(NAMES), parent: anyFolder(), mimeType: FOLDER })],
    [4, () => withItem((item) => !isFolder(item), (item) => drive.edit(item.id, text()))], // biome-ignore format: a table
    [4, () => withItem(() => true, (item) => drive.rename(item.id, random.pick(NAMES)))], // biome-ignore format: a table
    [1, swapNames],
    [3, move],
    [2, () => withItem(living, (item) => drive.trash(item.id))],
    [2, () => withItem((item) => !living(item), (item) => drive.restore(item.id))], // biome-ignore format: a table
    [1, () => withItem(() => items(() => true).length > 30, (item) => drive.remove(item.id))], // biome-ignore format: a table
  ]
  if (shareWith !== null) actions.push([2, () => share(shareWith)])
  function share(other: string): void {
    withItem(living, (item) => {
      const grant = item.permissions.find(({ emailAddress }) => emailAddress === other)
      if (grant === undefined) drive.store.share(item.id, { type: 'user', role: 'writer', emailAddress: other })
      else drive.store.unshare(item.id, grant.id)
    })
  }
  function withItem(test: (item: Item) => boolean, act: (item: Item) => void): void {
    const item = some(test)
    if (item !== undefined) act(item)
  }
  function swapNames(): void {
    const [one, two] = [some(living), some(living)]
    if (one === undefined || two === undefined) return
    const [first, second] = [one.name, two.name]
    drive.rename(one.id, second)
    drive.rename(two.id, first)
  }
  function move(): void {
    withItem(living, (item) => {
      const to = anyFolder()
      if (!below(item, to)) drive.move(item.id, to)
    })
  }

  const total = actions.reduce((sum, [weight]) => sum + weight, 0)
  return {
    step() {
      let at = random.below(total)
      for (const [weight, act] of actions) {
        if (at < weight) return act()
        at -= weight
      }
    },
    disturb() {
      drive.faults.add({ fault: { kind: 'error', status: 503 }, probability: 0.05 })
      drive.faults.add({ match: { name: 'files.media' }, fault: { kind: 'reset-mid-body' }, probability: 0.05 })
      drive.faults.add({ match: { name: 'files.media' }, fault: { kind: 'alter' }, probability: 0.05 })
      if (random.next() < 0.2) drive.faults.once({ kind: 'dead-page-token' }, { name: 'changes.list' })
      s3.faults.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' }, probability: 0.05, seed: count })
      s3.faults.add({ fault: { kind: 'lost-reply', end: 'reset' }, probability: 0.05, seed: count + 1 })
      if (random.next() < 0.5) secondS3?.faults.add({ fault: { kind: 'answer', status: 403, code: 'AccessDenied' } })
    },
    calm() {
      drive.faults.clear()
      s3.faults.clear()
      secondS3?.faults.clear()
    },
    chance: (share) => random.next() < share,
    between: (low, high) => low + random.below(high - low + 1),
  }
}
