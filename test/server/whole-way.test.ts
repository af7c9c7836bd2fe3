import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FOLDER } from '../../emulator/drive/store/kinds.ts'
import { BUCKET, Installation, type Running, until } from '../cli/drivekeep.ts'
import { Client } from './client.ts'
import { PASSWORD } from './start.ts'

function found(pattern: RegExp, { stderr }: Running): string {
  const [, text] = pattern.exec(stderr) ?? []
  if (text === undefined) throw new Error(`${pattern} is not in the log:\n${stderr}`)
  return text
}

/** What a person does on Google's page; gives the path that the browser is sent to. */
async function consent(url: string): Promise<string> {
  const scope = 'https://www.googleapis.com/auth/drive.readonly'
  const body = new URLSearchParams({ account: 'owner@example.com', scope, decision: 'allow' })
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' })
  const { pathname, search } = new URL(answer.headers.get('location') ?? '')
  return `${pathname}${search}`
}

test('from an empty install to the first protected file, and on to other settings, without touching a file', async () => {
  await using one = await Installation.start({ drive: { files: { 'top.txt': 'top' } } })
  const docs = one.drive.create({ name: 'Docs', mimeType: FOLDER })
  one.drive.create({ name: 'plan.txt', content: 'plan', parent: docs })
  // Only where the emulated Google is: a real install needs no file at all.
  const { url } = one.drive
  const google = { api_url: url, token_url: `${url}/token`, auth_url: `${url}/o/oauth2/v2/auth` }
  writeFileSync(
    join(one.folder, 'config.yaml'),
    JSON.stringify({ sources: { google_drive: google }, daemon: { api_port: 0 } }),
  )
  const daemon = await one.daemon()
  await daemon.says('set-up token')
  const browser = new Client(found(/Dashboard: (http:[^"\s]+)/, daemon))
  const token = found(/set-up token: ([\w-]+)/, daemon)
  const ok = async (answer: Promise<{ status: number; text: string }>) => {
    const { status, text } = await answer
    if (status !== 200) throw new Error(`${status} ${text}`)
    return JSON.parse(text)
  }
  const steps = async () => (await ok(browser.get('/api/setup'))).steps

  await ok(browser.post('/api/setup/account', { token, name: 'anna', password: PASSWORD }))
  expect(await steps()).toEqual({ google: false, selection: false, destination: false, started: false })
  expect(await ok(browser.get('/api/status'))).toMatchObject({ state: 'stopped', health: 'not-set-up' })
  expect((await browser.post('/api/sync/start')).status).toBe(409)

  const { clientId: client_id, clientSecret: client_secret } = one.drive.credentials
  await ok(
    browser.put('/api/google/client', { client_json: JSON.stringify({ installed: { client_id, client_secret } }) }),
  )
  const begun = await ok(browser.post('/api/google/connect', { return_to: '/setup' }))
  expect((await browser.get(await consent(begun.url))).headers.location).toBe('/setup?connected=1')
  const { folders } = await ok(browser.get('/api/google/folders'))
  expect(folders).toEqual([{ id: docs, name: 'Docs' }])
  const chosen = { rest: 'exclude', folders: [{ ...folders[0], mode: 'include' }], recent_days: 0 }
  await ok(browser.put('/api/google/selection', chosen))

  const { accessKeyId: access_key_id, secretAccessKey: secret_access_key } = one.s3.credentials
  const draft = {
    type: 'other',
    bucket: BUCKET,
    endpoint: one.s3.url,
    force_path_style: true,
    access_key_id,
    secret_access_key,
  }
  expect(await ok(browser.post('/api/destinations/test', { name: 'home', draft }))).toMatchObject({ ok: true })
  await ok(browser.put('/api/destinations/home', draft))
  expect(await steps()).toEqual({ google: true, selection: true, destination: true, started: false })
  expect(one.s3.requests.count('PutObject')).toBeLessThan(10) // the self-test's alone
  expect(await one.stored()).toEqual({})

  await ok(browser.post('/api/sync/start'))
  expect(await steps()).toMatchObject({ started: true })
  await until(async () => 'Docs/plan.txt' in (await one.stored()))
  await until(async () => (await ok(browser.get('/api/status'))).health === 'protected')
  expect(await one.stored()).toEqual({ 'Docs/plan.txt': 'plan' })

  await ok(browser.put('/api/google/selection', { rest: 'include', folders: [], recent_days: 0 }))
  await until(async () => 'top.txt' in (await one.stored()))
  await ok(
    browser.patch('/api/settings', {
      changes: { 'sources.google_drive.exclude_patterns': ['*.iso'], 'sync.interval_seconds': 1 },
    }),
  )
  one.drive.create({ name: 'disk.iso', content: 'disk' })
  one.drive.create({ name: 'later.txt', content: 'later' })
  await until(async () => 'later.txt' in (await one.stored()))
  expect(Object.keys(await one.stored()).sort()).toEqual(['Docs/plan.txt', 'later.txt', 'top.txt'])

  // A restart finds all of it again, and goes on by itself.
  daemon.kill('SIGTERM')
  expect((await daemon.ended).code).toBe(0)
  one.drive.create({ name: 'last.txt', content: 'last' })
  const next = await one.daemon()
  await until(async () => 'last.txt' in (await one.stored()))
  for (const { stderr } of [daemon, next])
    for (const secret of [client_secret, secret_access_key]) expect(stderr).not.toContain(secret)
})
