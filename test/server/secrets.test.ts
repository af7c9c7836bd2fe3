import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROUTES } from '../../src/server/contract/index.ts'
import type { Route } from '../../src/server/contract/route.ts'
import { Installation, until } from '../cli/drivekeep.ts'
import { Client } from './client.ts'
import { PASSWORD } from './start.ts'

const CANARY = {
  smtp: 'canary-of-the-mail-password',
  sealing: 'canary-of-the-key-that-seals-secrets',
  client: 'canary-of-a-client-secret-set-in-the-browser',
  storage: 'canary-of-a-storage-key-set-in-the-browser',
  serviceAccount: 'canary-of-a-private-key',
  other: 'canary-of-another-password',
}
const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----\n${CANARY.serviceAccount}\n-----END PRIVATE KEY-----\n`

const draft = { type: 'other', bucket: 'b', endpoint: 'http://127.0.0.1:1', secret_access_key: CANARY.storage }

/** For each route what it takes, right and wrong: secrets where they belong, and where people put them by mistake. */
const BODIES: Record<string, unknown[]> = {
  signIn: [{ name: 'anna', password: CANARY.other }, { name: CANARY.other, password: 7 }, { password: CANARY.other }],
  createFirstAccount: [{ token: CANARY.other, name: CANARY.other, password: CANARY.other }],
  changePassword: [
    { current: CANARY.other, password: PASSWORD },
    { current: PASSWORD, password: [CANARY.other] },
  ],
  createUser: [
    { name: 'ben', password: CANARY.other, role: CANARY.other },
    { name: 'ben', password: CANARY.other, role: 'viewer' },
  ],
  changeUser: [{ password: CANARY.other }, { role: CANARY.other }],
  createToken: [{ name: 'x', scopes: [CANARY.other], expires_in_days: null }],
  setGoogleClient: [
    { client_id: 'id.apps.googleusercontent.com', client_secret: CANARY.client },
    { client_json: `{"installed": "${CANARY.client}"` },
    { client_json: JSON.stringify({ web: { client_secret: CANARY.client } }) },
    { client_id: { secret: CANARY.client }, client_secret: CANARY.client },
  ],
  setServiceAccount: [
    { key_json: PRIVATE_KEY, impersonate: null },
    { key_json: JSON.stringify({ client_email: 'a@b.c', private_key: PRIVATE_KEY }), impersonate: 'not an address' },
    {
      key_json: JSON.stringify({ type: 'service_account', client_email: 'a@b.c', private_key: PRIVATE_KEY }),
      impersonate: null,
    },
  ],
  setDestination: [
    draft,
    { ...draft, access_key_id: 'AKIAEXAMPLE' },
    { ...draft, type: 'none' },
    { ...draft, bucket: 7 },
  ],
  testDestination: [{ name: 'aws_s3' }, { name: 'new', draft: { ...draft, access_key_id: 'AKIAEXAMPLE' } }],
  changeSettings: [
    { changes: { 'notifications.email.password': 7 } },
    { changes: { 'notifications.email.password': CANARY.smtp, 'sync.interval_seconds': 'no number' } },
    { changes: { 'sources.google_drive.client_secret': CANARY.client } },
    { changes: { 'no.such.key': CANARY.other } },
  ],
  connectGoogle: [{ return_to: '/sources' }],
  setSelection: [{ rest: 'include', folders: [], recent_days: 0 }],
  previewExclusions: [{ patterns: ['*.tmp'], paths: [] }],
  retryProblems: [{ fault: null }],
}
const QUERIES: Record<string, string[]> = {
  googleCallback: [`?code=${CANARY.other}&state=${CANARY.other}`, `?error=access_denied&state=${CANARY.other}`],
  listProblemFiles: ['?fault=drive/interrupted'],
  exportActivity: ['?format=csv', '?format=jsonl'],
}
/** They would end the session that the next call needs, or hold on for hours. Both have tests of their own. */
const LEFT_OUT = ['signOut', 'signOutEverywhere', 'getEvents']

test('no secret is in any answer, in the log, or in what was refused', async () => {
  await using one = await Installation.start({ drive: { files: { 'a.txt': 'one' } } })
  const { clientSecret, refreshToken } = one.drive.credentials
  const { secretAccessKey } = one.s3.credentials
  writeFileSync(join(one.folder, '.env'), `SMTP_PASSWORD=${CANARY.smtp}\nDRIVEKEEP_SECRET=${CANARY.sealing}\n`)
  const email = {
    enabled: true,
    smtp_host: 'mx',
    from: 'a@b.c',
    to: 'a@b.c',
    username: 'u',
    password: `\${SMTP_PASSWORD}`,
  }
  one.configure({ daemon: { log_level: 'trace' }, top: { notifications: { email } } })
  const daemon = await one.daemon()
  await one.run(['user', 'add', 'anna', '--role', 'admin', '--password-stdin'], { stdin: `${PASSWORD}\n` })
  const [, url = ''] = /Dashboard: (http:[^"\s]+)/.exec(daemon.stderr) ?? []
  const browser = new Client(url)
  await browser.post('/api/session', { name: 'anna', password: PASSWORD })
  const made = await browser.post<{ secret: string }>('/api/tokens', {
    name: 't',
    scopes: ['read'],
    expires_in_days: null,
  })
  const token = made.body.secret
  await until(async () => Object.keys(await one.stored()).length === 1)

  const answers: string[] = []
  const program = browser.with({ authorization: `Bearer ${token}` })
  for (const { id, route } of ROUTES.filter(({ id }) => !LEFT_OUT.includes(id)).sort(readingFirst)) {
    for (const query of QUERIES[id] ?? ['']) {
      for (const body of BODIES[id] ?? [undefined]) {
        const path = `${pathOf(route)}${query}`
        // Signing in anew ends the session that was there: so it comes from another browser.
        const caller = id === 'signIn' ? new Client(url) : browser
        const sent = await caller.send(route.method, path, body)
        const cookieless = Object.entries(sent.headers).filter(([name]) => name !== 'set-cookie')
        answers.push(`${id} ${sent.status} ${JSON.stringify(cookieless)} ${sent.text}`)
        answers.push((await program.send(route.method, path, body)).text)
      }
    }
  }
  const session = browser.cookies.get('session') ?? ''
  daemon.kill('SIGTERM')
  await daemon.ended

  const log = readFileSync(join(one.folder, 'logs/backup-app.log'), 'utf8')
  const secrets = { ...CANARY, clientSecret, refreshToken, secretAccessKey, token, session, PASSWORD }
  const places = [...answers, ...daemon.stderr.split('\n'), ...daemon.stdout.split('\n'), ...log.split('\n')]
  for (const secret of Object.values(secrets)) expect(secret.length).toBeGreaterThan(5)
  const told = Object.entries(secrets).flatMap(([name, secret]) =>
    places.filter((text) => text.includes(secret)).map((text) => `${name}: ${text}`),
  )
  expect(told).toEqual([])
  expect(answers.filter((answer) => / 500 \[/.test(answer))).toEqual([])
  expect(answers.filter((answer) => / 200 \[/.test(answer)).length).toBeGreaterThan(30)
})

/** What changes the settings comes last: it may take away what others are to show. */
function readingFirst(a: { route: Route }, b: { route: Route }): number {
  const rank = ({ method }: Route) => ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'].indexOf(method)
  return rank(a.route) - rank(b.route)
}

function pathOf({ path }: Route): string {
  // Not the own session, which the next call needs.
  return path.replace('/api/sessions/:id', '/api/sessions/999').replace(':name', 'aws_s3').replace(':id', '1')
}
