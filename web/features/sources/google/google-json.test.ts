import { describe, expect, test } from 'vitest'
import { clientWarning, readGoogleJson, redirectComplaint, whyNot } from './google-json.ts'

const BACK = 'https://backup.example.com/api/google/callback'
const client = (app: 'web' | 'installed', ...uris: string[]) =>
  JSON.stringify({ [app]: { client_id: '1-a.apps.googleusercontent.com', client_secret: 's', redirect_uris: uris } })
const KEY = JSON.stringify({
  type: 'service_account',
  client_email: 'backup@project.iam.gserviceaccount.com',
  client_id: '1234567890',
  private_key: 'k',
})

describe('what was pasted', () => {
  test.each([
    ['', { kind: 'empty' }],
    ['  \n', { kind: 'empty' }],
    ['{"web": {', { kind: 'unreadable' }],
    [client('web', BACK), { kind: 'client', app: 'web', redirectUris: [BACK] }],
    [client('installed', 'http://localhost'), { kind: 'client', app: 'desktop' }],
    [KEY, { kind: 'service-account', email: 'backup@project.iam.gserviceaccount.com', clientId: '1234567890' }],
    ['{"type":"authorized_user"}', { kind: 'other' }],
    ['{"web":{}}', { kind: 'other' }],
    ['null', { kind: 'other' }],
    ['[1]', { kind: 'other' }],
  ])('%s', (text, found) => {
    expect(readGoogleJson(text)).toMatchObject(found)
  })

  test('a mix-up is named', () => {
    expect(whyNot('client', readGoogleJson(KEY))).toContain('key of a service account')
    expect(whyNot('service-account', readGoogleJson(client('web')))).toContain('OAuth client')
    expect(whyNot('client', readGoogleJson('{'))).toContain('whole file')
    expect(whyNot('client', readGoogleJson('{"type":"authorized_user"}'))).toContain('gcloud')
    expect(whyNot('client', readGoogleJson(client('web')))).toBeNull()
    expect(whyNot('service-account', readGoogleJson(''))).toBeNull()
  })
})

test.each([
  ['a web client that lists the address', client('web', 'https://other.example', BACK), BACK, null],
  ['one that does not', client('web'), BACK, 'redirect_uri_mismatch'],
  ['a desktop client from elsewhere', client('installed'), BACK, 'Desktop app'],
  ['a desktop client on this computer', client('installed'), 'http://127.0.0.1:8080/api/google/callback', null],
  ['a service account', KEY, BACK, null],
])('%s', (_, text, uri, warning) => {
  const said = clientWarning(readGoogleJson(text), uri)
  if (warning === null) expect(said).toBeNull()
  else expect(said).toContain(warning)
})

test.each([
  [BACK, null],
  ['http://localhost:8080/api/google/callback', null],
  ['http://127.0.0.1:8080/api/google/callback', null],
  ['http://[::1]:8080/api/google/callback', null],
  ['http://192.168.1.20:8080/api/google/callback', 'IP address'],
  ['https://192.168.1.20/api/google/callback', 'IP address'],
  ['http://backup.example.com:8080/api/google/callback', 'https addresses only'],
  ['https://nas/api/google/callback', 'inside a network'],
])('Google comes back to %s: %s', (uri, outage) => {
  if (outage === null) expect(redirectComplaint(uri)).toBeNull()
  else expect(redirectComplaint(uri)).toContain(outage)
})
