import { expect, test } from 'vitest'
import { KnownDrive } from './known-drive.ts'
import { SetUpTest } from './set-up.ts'

const PATH = '/api/google/selection'
const EVERYTHING = { rest: 'include', folders: [], recent_days: 0 }

test('everything is backed up until somebody chooses; what is chosen is kept as it was sent', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  expect((await admin.get(PATH)).body).toEqual(EVERYTHING)
  expect(await one.steps(admin)).toMatchObject({ selection: false })
  const chosen = {
    rest: 'exclude',
    folders: [
      { id: 'docs-1', name: 'Docs', mode: 'include', ancestors: [] },
      { id: 'old-1', name: 'Old', mode: 'exclude', ancestors: ['docs-1'] },
      { id: 'shared-with-me', name: '', mode: 'include', ancestors: [] },
    ],
    recent_days: 30,
  }
  // Those that are backed up first, then those that are not.
  const folders = [chosen.folders[0], chosen.folders[2], chosen.folders[1]].map((one) => ({ ...one, gone: false }))
  expect((await admin.put(PATH, chosen)).body).toEqual({ ...chosen, folders })
  expect((await admin.get(PATH)).body).toEqual({ ...chosen, folders })
  expect(await one.steps(admin)).toMatchObject({ selection: true })
  const { config } = (await one.configuration.current()).loaded
  expect(config.sync.checkRecentDays).toBe(30)
  expect(config.sources[0]?.folders).toMatchObject({
    rest: 'exclude',
    folders: [{ id: 'docs-1' }, { id: 'shared-with-me' }, { id: 'old-1' }],
  })
})

test('everything, chosen, is a choice too', async () => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  expect((await admin.put(PATH, EVERYTHING)).status).toBe(200)
  expect(await one.steps(admin)).toMatchObject({ selection: true })
  // A folder brought back into what is backed up anyway is no contradiction.
  const again = { ...EVERYTHING, folders: [{ id: 'docs-1', name: 'Docs', mode: 'include' }] }
  expect((await admin.put(PATH, again)).body).toEqual(EVERYTHING)
})

test('folders have the names that they have now, and those that are gone are said to be', async () => {
  await using one = await SetUpTest.start()
  const drive = await KnownDrive.in(one.server.parts)
  await drive.see({ 'Docs/a.txt': {}, 'Old/b.txt': {} })
  await drive.remove('Old')
  const admin = await one.admin()
  const folders = ['Docs', 'Old', 'later'].map((id) => ({ id, name: `${id} as it was`, mode: 'include' }))
  const { body } = await admin.put<{ folders: { name: string; gone: boolean }[] }>(PATH, {
    rest: 'exclude',
    folders,
    recent_days: 0,
  })
  expect(body.folders.map(({ name, gone }) => [name, gone])).toEqual([
    ['Docs', false],
    ['Old', true],
    ['later as it was', false],
  ])
})

test.each<[what: string, body: object, status: number, said: string]>([
  ['nothing', { rest: 'exclude', folders: [], recent_days: 0 }, 422, 'leaves nothing to back up'],
  ['a folder twice', { rest: 'exclude', folders: [{ id: 'a', name: '', mode: 'include' }, { id: 'a', name: '', mode: 'exclude' }], recent_days: 0 }, 422, 'names a, as include does'], // biome-ignore format: a table
  ['what is no id', { rest: 'exclude', folders: [{ id: "a' or 'b", name: '', mode: 'include' }], recent_days: 0 }, 422, 'must be the id of a folder'], // biome-ignore format: a table
  ['too many days', { ...EVERYTHING, recent_days: 40_000 }, 400, 'recent_days'],
])('a choice of %s is refused, and nothing is changed', async (_, body, status, said) => {
  await using one = await SetUpTest.start()
  const admin = await one.admin()
  const answer = await admin.put(PATH, body)
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(said)])
  expect((await admin.get(PATH)).body).toEqual(EVERYTHING)
})
