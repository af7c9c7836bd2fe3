import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { DEFAULT_CREDENTIALS } from './index.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

interface Program extends AsyncDisposable {
  url: string
  child: ChildProcess
}

async function start(...args: string[]): Promise<Program> {
  const child = spawn(process.execPath, [MAIN, '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(line.toString()) as { url: string }
  return {
    url,
    child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.kill()) await once(child, 'exit')
    },
  }
}

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args])
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      output[name] += chunk.toString()
    })
  }
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...output }
}

function control(program: Program, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${program.url}/_emulator/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

test('the program serves, is steered from outside and stops on SIGTERM', async () => {
  await using program = await start('--bucket', 'one', '--bucket', 'two', '--versioning')
  const credentials = DEFAULT_CREDENTIALS
  const sdk = new S3Client({
    endpoint: program.url,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
  })
  const put = (Key: string) =>
    sdk.send(new PutObjectCommand({ Bucket: 'two', Key, Body: 'hello', Metadata: { id: '7' } }))
  await put('a')
  await put('b')
  expect(await (await control(program, 'GET', 'buckets')).json()).toEqual(['one', 'two'])
  const lines = (await (await control(program, 'GET', 'objects?bucket=two')).text()).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { key: 'a', size: 5, metadata: { id: '7' }, sha256: expect.stringMatching(/^2cf24dba/) },
    { key: 'b' },
  ])
  expect((await control(program, 'GET', 'objects?bucket=none')).status).toBe(400)

  const rule = { match: { operation: 'PutObject', key: '^c' }, fault: { kind: 'answer', status: 403 } }
  const { id } = (await (await control(program, 'POST', 'faults', rule)).json()) as { id: number }
  await expect(put('c')).rejects.toMatchObject({ name: 'AccessDenied' })
  expect(await (await control(program, 'GET', 'faults')).json()).toMatchObject([{ id, hits: 1, rule }])
  await control(program, 'DELETE', `faults/${id}`)
  await put('c')
  await control(program, 'POST', 'denials', { action: 'put' })
  await expect(put('d')).rejects.toMatchObject({ name: 'AccessDenied' })
  await control(program, 'DELETE', 'denials')
  await control(program, 'PATCH', 'habits', { slowDownEvery: 1 })
  await expect(put('d')).rejects.toMatchObject({ name: 'SlowDown' })

  const requests = (await (await control(program, 'GET', 'requests')).json()) as { total: number; counts: object }
  expect(requests).toMatchObject({ total: 6, counts: { PutObject: 6, 'PutObject 200': 3, 'PutObject 403': 2 } })
  await control(program, 'DELETE', 'requests')
  expect(await (await control(program, 'GET', 'requests')).json()).toEqual({ total: 0, counts: {} })
  expect((await control(program, 'GET', 'nothing')).status).toBe(404)

  program.child.kill('SIGTERM')
  expect(await once(program.child, 'exit')).toEqual([0, null])
})

test('the command line explains itself and refuses what it does not know', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--secret-key') })
  expect(await run('--colour')).toMatchObject({ code: 2, stderr: expect.stringContaining('--colour') })
  expect(await run('--port', 'http')).toMatchObject({ code: 2, stderr: expect.stringContaining('--port') })
  expect(await run('--bucket', 'Not_A_Bucket')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Not_A_Bucket'),
  })
  expect(await run('--discard', '--folder', 'x')).toMatchObject({ code: 2 })
})
