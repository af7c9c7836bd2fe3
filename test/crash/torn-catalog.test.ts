import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { randomFrom } from '../../emulator/drive/store/random.ts'
import { Running } from '../cli/drivekeep.ts'
import { faultsOfCatalog } from './check-catalog.ts'

const CHURN = fileURLToPath(new URL('churn.ts', import.meta.url))
const SEED = Number(process.env.CRASH_SEED ?? 1)

test(`seed ${SEED}: a catalog killed ten times amid writing, VACUUM and checkpoints is whole, and keeps all it promised`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drivekeep-torn-'))
  const random = randomFrom(SEED)
  for (let kill = 0; kill < 10; kill++) {
    const churn = new Running(process.execPath, [CHURN, join(folder, 'sync_state.db')], {})
    await churn.shows('\n')
    await sleep(random.below(200))
    churn.kill('SIGKILL')
    const { stdout, stderr } = await churn.ended
    expect(stderr).toBe('')
    expect(faultsOfCatalog(folder)).toEqual([])
    const promised = Number(stdout.trim().split('\n').at(-1))
    const { count, again } = counts(join(folder, 'sync_state.db'))
    expect(count).toBe(again)
    expect(count).toBeGreaterThanOrEqual(promised)
  }
  rmSync(folder, { recursive: true })
})

function counts(file: string): { count: number; again: number } {
  const db = new Database(file)
  const value = db.prepare('select value from settings where name = ?').pluck()
  const [count, again] = [Number(value.get('count')), Number(value.get('count again'))]
  db.close()
  return { count, again }
}
