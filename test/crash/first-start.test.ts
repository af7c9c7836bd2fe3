import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { openCatalog } from '../../src/catalog/open.ts'
import { saveSetting, setting } from '../../src/catalog/settings.ts'
import { Running } from '../cli/drivekeep.ts'

const OPENER = fileURLToPath(new URL('opener.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'drivekeep-first-'))
afterAll(() => rmSync(folder, { recursive: true }))

const opening = (file: string) => new Running(process.execPath, [OPENER, file], {})

test('a first start that is killed at any moment leaves a catalog that the next one can use', async () => {
  for (let i = 0; i < 20; i++) {
    const file = join(folder, `killed-${i}.db`)
    const first = opening(file)
    let over = false
    void first.ended.then(() => {
      over = true
    })
    while (!over && !existsSync(`${file}-wal`)) await turn()
    await sleep(i / 2) // where in its work it is met; any place will do
    first.kill('SIGKILL')
    await first.ended
    const db = await openCatalog(file)
    await saveSetting(db, 'works', 'yes')
    expect(await setting(db, 'works')).toBe('yes')
    await db.destroy()
  }
})

test('several that open a new catalog at once all find it whole', async () => {
  const file = join(folder, 'together.db')
  const ends = await Promise.all(Array.from({ length: 6 }, () => opening(file).ended))
  expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(() => [0, '']))
})
