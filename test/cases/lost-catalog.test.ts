import { describe, expect, test } from 'vitest'
import { Backup } from '../backup/harness.ts'
import { BucketWatch, settle } from './bucket-watch.ts'

/** The catalog is not the one of the last run: a power cut took its end, an older one was put back, or there is none. */

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`file ${i}.txt`, `first content of ${i}`]))

async function start(
  files: Record<string, string>,
  versioning: boolean,
): Promise<{ backup: Backup; bucket: BucketWatch }> {
  const backup = await Backup.start({ drive: { files }, s3: { versioning } })
  await backup.cycle()
  const bucket = new BucketWatch(backup)
  await bucket.note()
  return { backup, bucket }
}

/** What people do between the last record that is kept and the power cut. */
const BUSY: Record<string, (backup: Backup, id: string, i: number) => void> = {
  'are edited': ({ drive }, id, i) => drive.edit(id, `second content of ${i}`),
  'are renamed': ({ drive }, id, i) => drive.rename(id, `renamed ${i}.txt`),
  'are renamed and edited': ({ drive }, id, i) => {
    drive.rename(id, `renamed ${i}.txt`)
    drive.edit(id, `second content of ${i}`)
  },
  'are removed and others take their names': ({ drive }, id, i) => {
    drive.remove(id)
    drive.create({ name: `file ${i}.txt`, content: `another file ${i}` })
  },
  'are renamed and others take their names': ({ drive }, id, i) => {
    drive.rename(id, `renamed ${i}.txt`)
    drive.create({ name: `file ${i}.txt`, content: `another file ${i}` })
  },
  'take the name of their neighbour': ({ drive }, id, i) => drive.rename(id, `file ${(i + 1) % 8}.txt`),
}

describe.each([{ versioning: false }, { versioning: true }])('versioning $versioning', ({ versioning }) => {
  test.each(Object.entries(BUSY))('a power cut after files %s loses no content', async (_, act) => {
    for (const share of [0, 0.5, 0.85]) {
      const { backup, bucket } = await start(many(8), versioning)
      await using _b = backup
      const safe = await backup.logSize()
      const ids = Object.keys(many(8)).map((name) => backup.drive.find(name).id)
      for (const [i, id] of ids.entries()) act(backup, id, i)
      await backup.cycle()
      await bucket.note()
      const written = await backup.logSize()
      await backup.powerCut(Math.round(safe + share * (written - safe)))
      // Some of them are gone before anybody looks again, and their names are taken.
      for (const id of ids.slice(0, 4)) if (backup.drive.store.get(id) !== undefined) backup.drive.remove(id)
      for (const name of ['file 0.txt', 'renamed 1.txt', 'file 2.txt'])
        backup.drive.create({ name, content: `late ${name}` })
      await settle(backup)
      await bucket.check(`with ${share} of the log`)
    }
  })

  test('an older catalog put back: what was edited, removed and made again since is all in the bucket', async () => {
    const { backup, bucket } = await start({ 'x.txt': 'rev one' }, versioning)
    await using _b = backup
    const { drive } = backup
    const saved = await backup.saveCatalog()
    drive.edit(drive.find('x.txt').id, 'rev two')
    await backup.cycle()
    drive.remove(drive.find('x.txt').id)
    await backup.cycle()
    await bucket.note()
    await backup.startWith(saved)
    drive.create({ name: 'x.txt', content: 'another x' })
    await settle(backup)
    await bucket.check()
    expect(await backup.contents()).toEqual({ 'x.txt': 'another x' })
  })

  test('an older catalog put back: a renamed file that was removed is not overwritten by one of its last name', async () => {
    const { backup, bucket } = await start({ 'a.txt': 'of the first' }, versioning)
    await using _b = backup
    const { drive } = backup
    const saved = await backup.saveCatalog()
    drive.rename(drive.find('a.txt').id, 'b.txt')
    await backup.cycle()
    drive.remove(drive.find('b.txt').id)
    await backup.cycle()
    await bucket.note()
    await backup.startWith(saved)
    drive.create({ name: 'b.txt', content: 'of another' })
    await settle(backup)
    await bucket.check()
  })

  test('an older catalog put back: a key that a renamed file left and another took is not emptied', async () => {
    const { backup, bucket } = await start({ 'a.txt': 'of the first' }, versioning)
    await using _b = backup
    const { drive } = backup
    const saved = await backup.saveCatalog()
    drive.rename(drive.find('a.txt').id, 'b.txt')
    const second = drive.create({ name: 'a.txt', content: 'of the second' })
    await backup.cycle()
    await bucket.note()
    await backup.startWith(saved)
    drive.edit(second, 'of the second, edited')
    await settle(backup)
    await bucket.check()
    expect(await backup.contents()).toEqual({ 'b.txt': 'of the first', 'a.txt': 'of the second, edited' })
  })

  test('an older catalog put back: a file that was edited under another name keeps all of its contents', async () => {
    const { backup, bucket } = await start({ 'a.txt': 'one' }, versioning)
    await using _b = backup
    const { drive } = backup
    const { id } = drive.find('a.txt')
    const saved = await backup.saveCatalog()
    for (const [i, name] of ['b.txt', 'c.txt', 'b.txt'].entries()) {
      drive.rename(id, name)
      drive.edit(id, `content ${i}`)
      drive.create({ name: 'a.txt', content: `a ${i}` })
      await backup.cycle()
      drive.remove(drive.find('a.txt').id)
      await backup.cycle()
      await bucket.note()
    }
    await backup.startWith(saved)
    drive.edit(id, 'last')
    drive.rename(id, 'a.txt')
    await settle(backup)
    await bucket.check()
    expect((await backup.contents())['a.txt']).toBe('last')
  })

  test('an older catalog put back twice, killed in between', async () => {
    const { backup, bucket } = await start({ 'a.txt': 'one', 'b.txt': 'two' }, versioning)
    await using _b = backup
    const { drive } = backup
    const [a, b] = [drive.find('a.txt').id, drive.find('b.txt').id]
    const saved = await backup.saveCatalog()
    for (let round = 0; round < 2; round++) {
      drive.rename(a, 'swap.txt')
      drive.rename(b, 'a.txt')
      drive.rename(a, 'b.txt')
      await backup.cycle()
      drive.edit(a, `edited ${round}`)
      await backup.cycle()
      await bucket.note()
      await backup.startWith(saved)
    }
    await settle(backup)
    await bucket.check()
  })

  test.each(['at once', 'after an inventory', 'after an inventory and a restart', 'after an inventory and a kill'])(
    'no catalog: a deleted file’s only copy survives a new file of its name, %s',
    async (when) => {
      const { backup, bucket } = await start({ 'report.pdf': 'the only copy', 'other.txt': 'other' }, versioning)
      await using _b = backup
      const { drive } = backup
      drive.remove(drive.find('report.pdf').id)
      await backup.cycle()
      await bucket.note()
      await backup.startWith(null)
      await backup.cycle()
      expect((await backup.standing()).pending).toBe(0)
      if (when !== 'at once') await backup.inventory()
      if (when.endsWith('restart')) await backup.restart()
      if (when.endsWith('kill')) await backup.startWith(await backup.saveCatalog())
      drive.create({ name: 'report.pdf', content: 'a new report' })
      await settle(backup)
      await bucket.check()
      expect(await backup.contents()).toEqual({ 'report.pdf': 'a new report', 'other.txt': 'other' })
    },
  )

  test('no catalog: files edited, renamed and removed meanwhile lose nothing, and what is unchanged is not sent again', async () => {
    const { backup, bucket } = await start(many(8), versioning)
    await using _b = backup
    const { drive } = backup
    const ids = Object.keys(many(8)).map((name) => drive.find(name).id)
    await backup.startWith(null)
    drive.edit(ids[0] ?? '', 'edited')
    drive.rename(ids[1] ?? '', 'file 2 .txt')
    drive.remove(ids[2] ?? '')
    drive.rename(ids[3] ?? '', 'file 2.txt')
    drive.create({ name: 'file 3.txt', content: 'new' })
    backup.resetCounts()
    await settle(backup)
    expect(drive.requests.count('files.media')).toBe(4)
    await bucket.check()
    await backup.inventory()
    drive.create({ name: 'file 1.txt', content: 'takes a key that nobody emptied' })
    await settle(backup)
    await bucket.check()
  })
})
