import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { BUCKET } from '../cli/drivekeep.ts'
import { Site, signIn, USER } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await Site.start({ sync: { interval_seconds: 2, max_file_size_gb: 20 } })
  await site.addUser('olga', 'operator')
  await site.addUser('vera', 'viewer')
})
afterEach(() => site.endTest())
afterAll(() => site[Symbol.asyncDispose]())

const interval = (page: Page) => page.getByLabel('Check at least every', { exact: true })
const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })
const focused = (page: Page) => expect.poll(() => page.evaluate(() => document.activeElement?.id), { timeout: 30_000 })

test('changes say what they will do, wait while other pages are looked at, and are saved together', async () => {
  const page = await site.signedIn('/settings')
  await interval(page).fill('900')
  await page.getByText('Drive is asked for changes every 15 min at the latest').first().waitFor()
  await page.getByLabel('Largest file', { exact: true }).fill('10')
  await page.getByRole('link', { name: 'Files' }).first().click()
  await page.getByRole('link', { name: 'Settings' }).first().click()
  const unsaved = page.getByRole('region', { name: 'Changes that are not saved' })
  await unsaved.getByText('2 unsaved changes').waitFor()
  await unsaved.getByRole('button', { name: 'What they do' }).click()
  await unsaved.getByText('Larger files are skipped from now on').waitFor()
  await unsaved.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved. It is followed at once.').waitFor()
  await page
    .getByText(/Set here by anna/)
    .first()
    .waitFor()

  await page.getByRole('button', { name: 'Back to config.yaml: Check at least every' }).click()
  await page.getByRole('button', { name: 'Back to config.yaml: Largest file' }).click()
  await unsaved.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => page.getByText(/Set here by/).count(), { timeout: 30_000 }).toBe(0)
  await expect.poll(() => interval(page).inputValue()).toBe('2')
})

test('what cannot be is said at its field, by the page or by the server, and nothing is saved', async () => {
  const page = await site.signedIn('/settings', { expected: { answers: /^422 .api.settings/ } })
  await interval(page).fill('0')
  await page.getByRole('link', { name: 'Exclusions', exact: true }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await focused(page).toBe('setting-sync.interval_seconds')
  await page.getByText('Write 1 or more.').first().waitFor()
  await interval(page).fill('60')
  // Mail needs to know where it goes: that is said at keys that nobody has touched.
  await page.getByLabel('Send mail', { exact: true }).press('Space')
  await page.getByRole('button', { name: 'Save' }).click()
  const alert = page.getByRole('alert').filter({ hasText: 'Mail server' })
  await alert.getByRole('button', { name: 'Go to it' }).click()
  await focused(page).toBe('setting-notifications.email.smtp_host')
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect.poll(() => interval(page).inputValue()).toBe('2')
})

test('exclusions tell how much more they would skip than now', async () => {
  for (const name of ['notes.txt', 'film one.mov', 'film two.mov']) site.drive.create({ name, content: 'x' })
  await expect
    .poll(async () => (await site.s3.objects(BUCKET)).map(({ key }) => key).join(), { timeout: 30_000 })
    .toMatch(/film one.*film two/)
  const page = await site.signedIn('/settings/exclusions')
  const told = page.getByRole('region', { name: 'Preview' })
  await page.getByLabel('Names and patterns', { exact: true }).fill('*.mov\n')
  await told.getByText(/^2 of \d+ files are skipped/).waitFor()
  await told.getByText('2 files more than now (2 B): no longer backed up once you save.').waitFor()
  await told.getByText('film one.mov').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await told.getByText('Current rules.').waitFor()
})

test('Connect to Google and Test Connection are under Settings', async () => {
  const page = await site.signedIn('/settings')
  const google = page.getByRole('region', { name: 'Google Drive' })
  await google.getByRole('button', { name: /^Connect/ }).waitFor()
  await google.getByRole('button', { name: 'Test Connection' }).click()
  await google.getByText('The connection works: Drivekeep can read the drive.').waitFor()
})

test('a changed role signs the user out, and the last admin stays one', async () => {
  const page = await site.signedIn('/settings/users')
  await page.getByRole('button', { name: 'Add a user' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a user' })
  await dialog.getByLabel('Name', { exact: true }).fill('nina')
  await dialog.getByRole('button', { name: 'Generate' }).click()
  const password = await dialog.getByLabel('Password', { exact: true }).inputValue()
  await dialog.getByLabel('Operator').check()
  await dialog.getByRole('button', { name: 'Add' }).click()
  await row(page, 'nina').getByText('Operator', { exact: true }).waitFor()

  const theirs = await site.page({}, { answers: /^401|ERR_INCOMPLETE/ })
  await signIn(theirs, 'nina', password)
  await page.getByRole('button', { name: 'Change role of nina' }).click()
  await page.getByRole('dialog').getByLabel('Viewer').check()
  await page.getByRole('dialog').getByRole('button', { name: 'Change role' }).click()
  await row(page, 'nina').getByText('Viewer', { exact: true }).waitFor()
  await theirs.getByRole('button', { name: 'Sign in' }).waitFor()

  const own = page.getByRole('button', { name: `Remove ${USER}` })
  await expect.poll(() => own.getAttribute('aria-disabled')).toBe('true')
  await expect.poll(() => own.getAttribute('aria-description')).toContain('This is the last admin')
})

test('nobody gives a token more than they have, and the audit log names it', async () => {
  const page = await site.signedIn('/settings/tokens', { as: 'olga' })
  await page.getByText('You have no tokens').waitFor()
  await page.getByRole('button', { name: 'Create token' }).click()
  const dialog = page.getByRole('dialog', { name: 'Make an API token' })
  await expect.poll(() => dialog.getByLabel('Control').isDisabled()).toBe(false)
  await expect.poll(() => dialog.getByLabel('Admin').isDisabled()).toBe(true)
  await dialog.getByLabel('Name', { exact: true }).fill('grafana')
  await dialog.getByLabel('Name', { exact: true }).press('Enter')
  await page.getByRole('region', { name: 'The new token grafana' }).waitFor()

  const audit = await site.signedIn('/settings/audit')
  const log = audit.getByRole('table', { name: 'Audit log' })
  await log.getByRole('row', { name: /olga Make an API token grafana: read/ }).waitFor()
  await log
    .getByRole('row', { name: /anna Sign in/ })
    .first()
    .waitFor()
})

test('a viewer sees the settings and not the users, and is told why', async () => {
  const page = await site.signedIn('/settings', { as: 'vera' })
  await page.getByText('You are signed in as a viewer; this needs an admin.').first().waitFor()
  await page.getByText('Check at least every').waitFor()
  expect(await page.getByRole('main').getByRole('textbox').count()).toBe(0)
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByText('Users are shown to admins').waitFor()
  await page.getByRole('link', { name: 'Audit log', exact: true }).click()
  await page.getByText('The audit log is shown to admins').waitFor()
})
