import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DriveEmulator, startDrive } from '../index.ts'
import { generateServiceAccountKey } from '../oauth/service-accounts.ts'

/** Has no word about where Drive is: the addresses are Google's, only the environment leads elsewhere. */
const PROGRAM = `
import { auth, drive } from '@googleapis/drive'
import { Readable } from 'node:stream'
const [keyFile, subject] = process.argv.slice(1)
const account = new auth.GoogleAuth({ keyFile, scopes: ['https://www.googleapis.com/auth/drive'], clientOptions: { subject } })
const api = drive({ version: 'v3', auth: account })
const { data: about } = await api.about.get({ fields: 'user(emailAddress)' })
const { data: file } = await api.files.create({ requestBody: { name: 'up.txt' }, media: { mimeType: 'text/plain', body: Readable.from(['hello']) }, fields: 'id' })
const { data: text } = await api.files.get({ fileId: file.id, alt: 'media' }, { responseType: 'text' })
console.log(JSON.stringify({ who: about.user.emailAddress, text }))
`

let emulator: DriveEmulator
let folder: string

beforeEach(async () => {
  emulator = await startDrive({ https: true })
  folder = await mkdtemp(join(tmpdir(), 'drive-account-'))
})

afterEach(async () => {
  await emulator[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

test('the official client signs in as a service account and uploads, through the proxy, at the addresses of Google', async () => {
  const keyFile = join(folder, 'key.json')
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, emulator.secure?.ca ?? '')
  const key = generateServiceAccountKey('backup', 'https://oauth2.googleapis.com/token')
  emulator.serviceAccounts.register(key, ['https://www.googleapis.com/auth/drive'])
  await writeFile(keyFile, JSON.stringify(key))
  const user = emulator.store.primary.email
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    HTTPS_PROXY: emulator.secure?.proxyUrl,
    NODE_EXTRA_CA_CERTS: caFile,
  }
  const args = ['--input-type=module', '--eval', PROGRAM, keyFile, user]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 60_000 })
  expect(JSON.parse(stdout)).toEqual({ who: user, text: 'hello' })
  expect([...emulator.store.items()].some(({ name }) => name === 'up.txt')).toBe(true)
})
