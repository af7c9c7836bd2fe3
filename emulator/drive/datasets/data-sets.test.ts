import { expect, test } from 'vitest'
import { apiClient } from '../api-client.ts'
import { startDrive } from '../index.ts'
import { EXPORT_FORMATS, kindOf } from '../store/kinds.ts'
import { pathOf } from '../store/truth.ts'

test('the same seed gives the same drive, another seed another one', async () => {
  const ids = async (seed: number): Promise<string[]> => {
    await using drive = await startDrive({ dataSet: 'mixed', size: { count: 200 }, seed })
    return [...drive.store.items()].map(({ id, name, content }) => `${id} ${name} ${content?.size}`)
  }
  expect(await ids(5)).toEqual(await ids(5))
  expect(await ids(5)).not.toEqual(await ids(6))
})

test('mixed: 2,000 files, bounded in sum, every native kind, some not to be exported', async () => {
  await using drive = await startDrive({ dataSet: 'mixed' })
  const items = [...drive.store.items()].filter((item) => kindOf(item.mimeType) !== 'folder')
  expect(items).toHaveLength(2000)
  const sizes = items.flatMap(({ content }) => (content ? [content.size] : [])).sort((a, b) => a - b)
  const sum = sizes.reduce((a, b) => a + b, 0)
  expect(sum).toBeLessThan(320_000_000)
  expect(sizes[0]).toBe(0)
  expect(sizes[sizes.length >> 1]).toBeGreaterThan(20_000)
  expect(sizes[sizes.length >> 1]).toBeLessThan(45_000)
  const kinds = new Set(items.map(({ mimeType }) => mimeType))
  for (const native of Object.keys(EXPORT_FORMATS)) expect(kinds).toContain(native)
  expect(items.filter((item) => kindOf(item.mimeType) === 'native' && !EXPORT_FORMATS[item.mimeType])).not.toHaveLength(
    0,
  )
  expect(items.filter((item) => item.shortcut)).toHaveLength(30)
})

test('awkward: paths over 1,024 bytes, and two items that share name and folder', async () => {
  await using drive = await startDrive({ dataSet: 'awkward' })
  const paths = [...drive.store.items()].map((item) => pathOf(item, drive.store).join('/'))
  expect(paths.filter((path) => Buffer.byteLength(path) > 2500).length).toBeGreaterThanOrEqual(4)
  expect(paths.filter((path) => path === 'Twins/Same name').length).toBeGreaterThan(5)
})

test('computed items are listed, found, read, edited and deleted like others', async () => {
  await using drive = await startDrive({ dataSet: 'million', size: { count: 5_000 } })
  const { names, get, bytes, call } = apiClient(drive)
  const all = await names('', '&pageSize=1000')
  expect(all).toHaveLength(5_000)
  const byFolder = async (id: string): Promise<number> => {
    const { files } = await get(`files?q='${id}' in parents&pageSize=1000&fields=files(id,mimeType)`)
    const folders = files.filter(({ mimeType }: { mimeType: string }) => kindOf(mimeType) === 'folder')
    const inner = await Promise.all(folders.map((folder: { id: string }) => byFolder(folder.id)))
    return files.length + inner.reduce((a: number, b: number) => a + b, 0)
  }
  expect(await byFolder('root')).toBe(5_000)

  const { startPageToken } = await get('changes/startPageToken')
  const { files } = await get(
    "files?q=mimeType='application/pdf'&pageSize=3&fields=files(id,name,size,parents,md5Checksum)",
  )
  const [renamed, removed, edited] = files
  expect((await bytes(`files/${edited.id}?alt=media`)).bytes).toHaveLength(Number(edited.size))
  await call('PATCH', `files/${renamed.id}`, { name: 'renamed.pdf' })
  await call('DELETE', `files/${removed.id}`)
  drive.edit(edited.id, 'new bytes')
  expect(await names("name = 'renamed.pdf'")).toEqual(['renamed.pdf'])
  expect(await names(`'${renamed.parents[0]}' in parents and name = 'renamed.pdf'`)).toEqual(['renamed.pdf'])
  expect((await bytes(`files/${edited.id}?alt=media`)).bytes.toString()).toBe('new bytes')
  expect((await call('GET', `files/${removed.id}`)).status).toBe(404)
  expect(await names('', '&pageSize=1000')).toHaveLength(4_999)
  expect((await get(`changes?pageToken=${startPageToken}`)).changes).toHaveLength(3)
})
