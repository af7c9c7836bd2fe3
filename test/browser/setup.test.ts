import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { BUCKET } from '../cli/drivekeep.ts'
import { PASSWORD, Site, USER } from './site.ts'

let site: Site
beforeAll(async () => {
  const nothing = { client_id: null, client_secret: null, refresh_token: null }
  site = await Site.start({
    drive: { dataSet: 'small' },
    user: false,
    google: (drive) => ({ ...nothing, auth_url: `${drive.url}/o/oauth2/v2/auth` }),
    top: { destinations: {} },
  })
})
afterEach(() => site.endTest())
afterAll(() => site[Symbol.asyncDispose]())

test('from an empty install to the first protected file, without touching a file', async () => {
  const page = await site.page({}, { answers: /^(40[139]|422) / })
  const step = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()

  // The account, with the token that stands in the log.
  await page.getByLabel('Set-up token').fill('not the token')
  await page.getByLabel('Name', { exact: true }).fill(USER)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create the account' }).click()
  await page
    .getByText(/token/i)
    .filter({ hasText: /wrong|not/i })
    .first()
    .waitFor()
  await page.getByLabel('Set-up token').fill(await site.setupToken())
  await page.getByRole('button', { name: 'Create the account' }).click()

  // Google: the client's JSON, the consent page, and back.
  const { clientId, clientSecret } = site.drive.credentials
  await page.getByLabel('The JSON of the OAuth client').fill('{"type": "service_account", "client_email": "x@y.z"}')
  await page.getByText(/This is the key of a service account/).waitFor()
  const client = {
    web: { client_id: clientId, client_secret: clientSecret, redirect_uris: [`${site.url}/api/google/callback`] },
  }
  await page.getByLabel('The JSON of the OAuth client').fill(JSON.stringify(client))
  await page.getByRole('button', { name: 'Save the client' }).click()
  await page.getByRole('button', { name: 'Connect to Google' }).click()
  await page.getByRole('button', { name: 'Deny' }).click()
  await page
    .getByText(/Not connected/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Connect to Google' }).click()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByText('Signed in as owner@example.com.').waitFor()
  await page.getByRole('button', { name: 'Test Connection' }).click()
  await page
    .getByText(/works|can be read/i)
    .first()
    .waitFor()
  await page.reload() // the set-up knows where it is
  await page.getByText('Signed in as owner@example.com.').waitFor()
  await page.getByRole('button', { name: 'Next: What to back up' }).click()

  // All but the music.
  await page.getByLabel('Folders that I choose').check()
  const music = page.getByRole('treeitem', { name: /Music/ })
  await music.waitFor()
  await page.getByRole('tree').focus()
  for (let i = 0; i < 30; i++) {
    const active = await page.getByRole('tree').getAttribute('aria-activedescendant')
    if (active === (await music.getAttribute('id'))) break
    await page.keyboard.press('ArrowDown')
  }
  await expect.poll(() => music.getAttribute('aria-checked')).toBe('true')
  await page.keyboard.press('Space')
  await expect.poll(() => music.getAttribute('aria-checked')).toBe('false')
  const whole = page.getByLabel('The whole drive')
  await expect.poll(() => whole.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true)
  await page.getByRole('button', { name: 'Save and continue' }).click()

  // The destination: a wrong key is named, the right one is saved.
  const { accessKeyId, secretAccessKey } = site.s3.credentials
  await page.getByLabel('Kind').selectOption({ label: 'Another S3-compatible server' })
  await page.getByLabel('Endpoint').fill(site.s3.url)
  await page.getByLabel('Bucket', { exact: true }).fill(BUCKET)
  await page.getByLabel('Region').fill(site.s3.region)
  await page.getByText('More options').click()
  const pathStyle = page.getByLabel('Path-style addresses')
  if (!(await pathStyle.isChecked())) await pathStyle.check()
  await page.getByLabel('Access key ID').fill(accessKeyId)
  await page.getByLabel('Secret access key').fill('not the secret')
  await page.getByRole('button', { name: 'Test it' }).click()
  await page.getByRole('button', { name: 'Save anyway' }).waitFor()
  await page
    .getByText(/secret/i)
    .first()
    .waitFor()
  await page.getByLabel('Secret access key').fill(secretAccessKey)
  await page.getByRole('button', { name: 'Test it' }).click()
  await page.getByRole('button', { name: 'Save and continue' }).click()

  // Start, and the first file.
  await step(/Start/)
  await page.getByRole('button', { name: 'Start the backup' }).click()
  await page.getByText(/Just protected/).waitFor()
  await page.getByRole('link', { name: 'Go to the Overview' }).click()
  await page
    .getByText(/All \d+ files are protected/)
    .first()
    .waitFor()

  const keys = (await site.s3.objects(BUCKET)).map(({ key }) => key)
  expect(keys).toContainEqual(expect.stringMatching(/owner@example\.com\/Finance\//))
  expect(keys.filter((key) => key.includes('/Music/'))).toEqual([])
  // Nothing secret came to lie in the log.
  for (const secret of [clientSecret, secretAccessKey, PASSWORD]) expect(site.log).not.toContain(secret)
})
