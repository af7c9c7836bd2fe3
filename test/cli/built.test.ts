import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { Installation } from './drivekeep.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('the program as npm run build makes it backs up, and finds what lies beside it', async () => {
  await using one = await Installation.start({ drive: { dataSet: 'small' } })
  const program = join(one.folder, 'program')
  mkdirSync(program)
  for (const part of ['bin', 'package.json']) cpSync(join(ROOT, part), join(program, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(program, 'node_modules'))
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build-program.mjs'), join(program, 'dist')])
  expect(readdirSync(program)).not.toContain('src')

  const bin = join(program, 'bin/drivekeep')
  const { code, stdout, stderr } = await one.run(['sync', '--json'], { bin })
  expect([code, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout)).toMatchObject({ pending: 0, failed: {} })
  expect((await one.run(['version'], { bin })).stdout).toMatch(/^drivekeep \d+\.\d+\.\d+/)
})
