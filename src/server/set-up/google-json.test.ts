import { expect, test } from 'vitest'
import { emailOf, notAServiceAccount, readOAuthClient, tokenAddressOf } from './google-json.ts'

const CLIENT = { client_id: 'id.apps.googleusercontent.com', client_secret: 'GOCSPX-hush', redirect_uris: [] }
const KEY = {
  type: 'service_account',
  client_email: 'a@b.iam.gserviceaccount.com',
  private_key: 'hush',
  token_uri: 'https://t',
}
const text = (value: unknown) => JSON.stringify(value)
const FOUND = { clientId: CLIENT.client_id, clientSecret: CLIENT.client_secret }

test.each<[string, string, unknown]>([
  ['a client of a web application', text({ web: CLIENT }), FOUND],
  ['a client of a desktop app', ` ${text({ installed: CLIENT })}\n`, FOUND],
  ['its two values alone', text(CLIENT), FOUND],
  [
    'a service account',
    text(KEY),
    expect.stringMatching(/^This is the key of a service account, not the JSON of an OAuth client\./),
  ],
  ['a sign-in of gcloud', text({ type: 'authorized_user', ...CLIENT }), expect.stringContaining('the gcloud program')],
  ['a client without its secret', text({ web: { client_id: 'x' } }), expect.stringContaining('without its secret')],
  ['a token', text({ access_token: 'hush' }), expect.stringContaining('This is a token')],
  ['half of a file', text({ web: CLIENT }).slice(0, -5), expect.stringContaining('not complete JSON')],
  ['a list', '[]', expect.stringContaining('not complete JSON')],
  ['nothing', '', expect.stringContaining('not complete JSON')],
])('%s, given as an OAuth client', (_, given, read) => {
  expect(readOAuthClient(given)).toEqual(read)
  expect(typeof read === 'object' ? '' : String(readOAuthClient(given))).not.toContain('hush')
})

test.each<[string, string, unknown]>([
  ['a service account', text(KEY), null],
  [
    'a client',
    text({ web: CLIENT }),
    expect.stringMatching(/^This is the JSON of an OAuth client, not the key of a service account\./),
  ],
  ['something else', '{}', expect.stringContaining('something else')],
])('%s, given as the key of a service account', (_, given, said) => {
  expect(notAServiceAccount(given)).toEqual(said)
})

test('a key says who it is, and where its tokens come from', () => {
  expect([emailOf(text(KEY)), tokenAddressOf(text(KEY)), tokenAddressOf('{}')]).toEqual([
    KEY.client_email,
    'https://t',
    null,
  ])
})
