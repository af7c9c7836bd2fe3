import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const DEMO = new URL('./demo.ts', import.meta.url).pathname

async function demo(...args: string[]) {
  const child = spawn(process.execPath, [DEMO, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (text.out += chunk))
  child.stderr.on('data', (chunk) => (text.err += chunk))
  const [code] = await once(child, 'close')
  return { code, ...text }
}

test('--help names every option', async () => {
  const { code, out, err } = await demo('--help')
  expect([code, err]).toEqual([0, ''])
  for (const option of ['--folder', '--data-set', '--fresh', '--exit-when-synced']) expect(out).toContain(`  ${option}`)
})

test('a folder that cannot be served is one clear error, with exit code 2', async () => {
  for (const [folder, why] of [
    ['/no/such/folder', 'there is none of this name'],
    [DEMO, 'it is not a folder'],
    ['', 'its name is empty'],
  ] as const) {
    expect(await demo('--exit-when-synced', '--folder', folder)).toEqual({
      code: 2,
      out: '',
      err: `demo: --folder: the folder ${JSON.stringify(folder)} cannot be served: ${why}\n`,
    })
  }
  expect(await demo('--nonsense')).toMatchObject({ code: 2, err: expect.stringContaining('See --help.') })
})
