import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import type { Json } from './api-client.ts'

const PROGRAM = new URL('./main.ts', import.meta.url).pathname

/** Runs the program, and gives what it prints when it is ready. */
async function start(...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!child.stdout) throw new Error('no output')
  const exit = once(child, 'exit')
  const died = exit.then(([code]): never => {
    throw new Error(`the program ended with ${code} before it was ready`)
  })
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), died])
  died.catch(() => undefined)
  const ready: Json = JSON.parse(line)
  const control = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const response = await fetch(`${ready.url}/_emulator/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return response.json()
  }
  const api = (path: string): Promise<Response> =>
    fetch(`${ready.url}/drive/v3/${path}`, { headers: { authorization: `Bearer ${ready.accessToken}` } })
  const stop = async (): Promise<unknown> => {
    child.kill('SIGTERM')
    return (await exit)[0]
  }
  return { ready, control, api, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}

test('the program serves, is controlled from outside, tells the truth, and stops on SIGTERM', async () => {
  await using program = await start('--data-set', 'small', '--seed', '3')
  const { control, api } = program
  const [created] = await control('POST', 'mutations', { do: 'create', name: 'from outside.txt', content: 'hello' })
  await control('POST', 'mutations', [
    { do: 'rename', id: created.id, name: 'renamed.txt' },
    { do: 'edit', id: created.id, base64: Buffer.from('bytes').toString('base64') },
  ])
  expect(await (await api(`files/${created.id}?alt=media`)).text()).toBe('bytes')

  const lines = await (await fetch(`${program.ready.url}/_emulator/items`)).text()
  const items: Json[] = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const sha256 = createHash('sha256').update('bytes').digest('hex')
  expect(items.find(({ id }) => id === created.id)).toMatchObject({
    path: ['renamed.txt'],
    kind: 'blob',
    size: 5,
    sha256,
    trashed: false,
  })
  expect(items.find(({ name }) => name === 'homepage.psd').path).toEqual([
    'Projects',
    'Website relaunch',
    'Design',
    'homepage.psd',
  ])

  expect(await control('GET', 'requests')).toEqual({
    total: 1,
    counts: expect.objectContaining({ 'files.media': { 200: 1 } }),
  })
  await control('DELETE', 'requests')
  await control('POST', 'faults', { match: { name: 'files.list' }, fault: { kind: 'error', status: 503 }, times: 1 })
  expect([(await api('files')).status, (await api('files')).status]).toEqual([503, 200])
  expect(await control('GET', 'faults')).toEqual({ struck: 1, rules: [{ id: 1, struck: 1, times: 1 }] })
  await control('POST', 'settings', { quota: { model: 'queries', perMinutePerUser: 0 } })
  expect((await api('files')).status).toBe(403)
  await control('POST', 'settings', { quota: null })
  expect(await control('POST', 'mutations', { do: 'rename', id: 'nowhere', name: 'x' })).toEqual({
    error: 'File not found: nowhere.',
  })
  const odd = { kind: 'odd-item', id: created.id, drop: ['name'] }
  await control('POST', 'faults', { match: { fileId: created.id }, fault: odd })
  expect(await (await api(`files/${created.id}?fields=id,name`)).json()).toEqual({ id: created.id })
  const account = async (): Promise<Json> => ((await (await api('about?fields=user')).json()) as Json).user
  const { permissionId } = await account()
  const renamed = { do: 'changeAddress', to: 'renamed@example.com' }
  expect(await control('POST', 'mutations', renamed)).toEqual([{ id: permissionId }])
  expect(await account()).toMatchObject({ permissionId, emailAddress: 'renamed@example.com' })
  await control('POST', 'tokens/revoke', {})
  expect((await api('files')).status).toBe(401)
  expect(await program.stop()).toBe(0)
})

test('wrong use is told, with exit code 2', async () => {
  const wrong = async (...args: string[]): Promise<unknown[]> => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    let text = ''
    child.stderr.on('data', (chunk) => (text += chunk))
    const [code] = await once(child, 'close')
    return [code, text]
  }
  expect(await wrong('--data-set', 'nonsense')).toEqual([2, expect.stringContaining('choose one of empty, small')])
  expect(await wrong('--port', 'x')).toEqual([2, expect.stringContaining('give a whole number')])
  expect(await wrong('--nonsense')).toEqual([2, expect.stringContaining('--nonsense')])
})
