import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apiClient, type Json } from '../api-client.ts'
import { type DriveEmulator, startDrive } from '../index.ts'
import { FOLDER } from './kinds.ts'

const SHOWN = 'id,name,mimeType,parents,explicitlyTrashed,trashed,version,headRevisionId,md5Checksum,driveId'

/** Numbers choose what happens to which item; whatever makes no sense just then is left out. */
function step(drive: DriveEmulator, [what, which, where]: readonly [number, number, number]): void {
  const { store } = drive
  const items = [...store.items()].filter((item) => !store.isRoot(item))
  const item = items[which % Math.max(1, items.length)]
  const folders = [...store.items()].filter(({ mimeType, space }) => mimeType === FOLDER && space === 'drive')
  const folder = folders[where % folders.length]
  if (!folder) return
  if (!item || what === 0) drive.create({ name: `file ${where}`, parent: folder.id, size: which })
  else if (what === 1) drive.create({ name: 'folder', parent: folder.id, mimeType: FOLDER })
  else if (what === 2) drive.edit(item.id, { size: where })
  else if (what === 3) drive.rename(item.id, `name ${where}`)
  else if (what === 4) drive.trash(item.id)
  else if (what === 5) drive.restore(item.id)
  else if (what === 6) drive.remove(item.id)
  else {
    const below = [item.id, ...[...store.descendants(item.id)].map(({ id }) => id)]
    if (!below.includes(folder.id)) drive.move(item.id, folder.id)
  }
}

/** A client's picture of one corpus, kept up to date by the change feed alone. */
class Mirror {
  readonly files = new Map<string, Json>()
  #token = ''
  readonly #get: (path: string) => Promise<Json>
  readonly #more: string

  constructor(get: (path: string) => Promise<Json>, driveId?: string) {
    this.#get = get
    this.#more = `&supportsAllDrives=true&includeItemsFromAllDrives=true${driveId === undefined ? '' : `&driveId=${driveId}`}`
  }

  async start(): Promise<void> {
    this.#token = (await this.#get(`changes/startPageToken?${this.#more.slice(1)}`)).startPageToken
  }

  async follow(pageSize: number): Promise<void> {
    for (;;) {
      const fields = `nextPageToken,newStartPageToken,changes(changeType,removed,fileId,file(${SHOWN}))`
      const page = await this.#get(
        `changes?pageToken=${this.#token}&pageSize=${pageSize}&fields=${fields}${this.#more}`,
      )
      for (const { changeType, removed, fileId, file } of page.changes) {
        if (changeType !== 'file') continue
        if (removed) this.files.delete(fileId)
        else this.files.set(fileId, file)
      }
      this.#token = page.newStartPageToken ?? page.nextPageToken
      if (page.newStartPageToken) return
    }
  }
}

/** `trashed` of what is in a trashed folder is not in the feed, as at Google; clients derive it. */
function comparable(files: Iterable<Json>): Json[] {
  return [...files].map(({ trashed, ...file }) => file).sort((a, b) => (a.id < b.id ? -1 : 1))
}

test('whoever follows the feeds knows what a full listing shows, whatever happens', async () => {
  const moment = fc.tuple(fc.nat(7), fc.nat(50), fc.nat(50))
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), async (moments, pageSize) => {
      await using drive = await startDrive()
      const { id: team } = drive.store.addDrive('Team')
      const { get } = apiClient(drive)
      const mirrors = [new Mirror(get), new Mirror(get, team)]
      for (const mirror of mirrors) await mirror.start()
      for (const [index, each] of moments.entries()) {
        step(drive, each)
        if (index % 10 === 9) for (const mirror of mirrors) await mirror.follow(pageSize)
      }
      const flags = '&supportsAllDrives=true&includeItemsFromAllDrives=true'
      const listed = [
        await get(`files?pageSize=1000&fields=files(${SHOWN})`),
        await get(`files?pageSize=1000&fields=files(${SHOWN})${flags}&corpora=drive&driveId=${team}`),
      ]
      for (const [index, mirror] of mirrors.entries()) {
        await mirror.follow(pageSize)
        expect(comparable(mirror.files.values())).toEqual(comparable(listed[index].files))
      }
    }),
    { numRuns: 40 },
  )
})
