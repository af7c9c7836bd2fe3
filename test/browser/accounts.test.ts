import type { Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { Site } from './site.ts'

const [ANNA, BEN] = ['anna@example.com', 'ben@example.com'] as const
const QUESTION = `You backed up ${ANNA} until now. Back up ${BEN} as well, or instead?`

let site: Site
afterEach(async () => {
  try {
    await site.endTest()
  } finally {
    await site[Symbol.asyncDispose]()
  }
})

/** Anna's drive is backed up, by a sign-in made in the dashboard. */
async function annaConnected(): Promise<Page> {
  site = await Site.start({
    drive: { users: [ANNA, BEN], files: { 'a.txt': 'one', 'b.txt': 'two' } },
    google: (drive) => ({
      refresh_token: null,
      folders: { rest: 'include' },
      auth_url: `${drive.url}/o/oauth2/v2/auth`,
    }),
  })
  const page = await site.signedIn('/sources')
  await consent(page, card(page, 'Google'), 'Connect to Google', ANNA)
  await page.getByText('Google is connected.').waitFor()
  // No reload says it again.
  await page.reload()
  await card(page, ANNA).getByText('Connected', { exact: true }).first().waitFor()
  expect(await page.getByText('Google is connected.').count()).toBe(0)
  await page.goto(site.url)
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page
    .getByText(/All 2 files are protected/)
    .first()
    .waitFor()
  await page.goto(`${site.url}/sources`)
  return page
}

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

async function consent(page: Page, within: ReturnType<typeof card>, button: string, account: string | null) {
  await within.getByRole('button', { name: button }).click()
  if (account === null) return page.getByRole('button', { name: 'Deny' }).click()
  await page.getByRole('radio', { name: account }).check()
  await page.getByRole('button', { name: 'Allow' }).click()
}

test('another account asks first; cancelled, nothing changes; added, both are backed up', async () => {
  const page = await annaConnected()
  await consent(page, card(page, ANNA), 'Connect again', BEN)
  await page.getByText(QUESTION).waitFor()
  await page.getByText(`Instead: the drive of ${ANNA} is no longer watched; its 2 copies stay.`).waitFor()
  expect(await card(page, BEN).count()).toBe(0)
  await page.reload() // the question stays
  await page.getByText(QUESTION).waitFor()
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await page.getByText(`Nothing was changed: ${ANNA} is backed up as before.`).waitFor()
  await card(page, ANNA).waitFor()

  await consent(page, card(page, ANNA), 'Connect again', BEN)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText(`${BEN} is backed up as well.`).waitFor()
  await card(page, ANNA).waitFor()
  await card(page, BEN).getByRole('button', { name: 'Test Connection' }).click()
  await card(page, BEN).getByText('The connection works').waitFor()

  // Each has its own choice, and what was added here can be removed here.
  await card(page, BEN).getByText('Choose files and folders').click()
  await card(page, BEN).getByLabel('Folders that I choose').check()
  await card(page, BEN).getByRole('treeitem', { name: 'My Drive' }).waitFor()
  await page.goto(`${site.url}/settings/exclusions?source=ben`)
  await expect.poll(() => page.getByLabel('Of which source').inputValue()).toBe('ben')
  await page.goto(`${site.url}/sources`)
  await page.getByRole('button', { name: `Remove ${BEN}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  // What was stored stays known, under its own name.
  await card(page, BEN).getByText('Not watched any more').waitFor()
  await card(page, ANNA).waitFor()
})

test('another account can replace the first, which is said before and after', async () => {
  const page = await annaConnected()
  await consent(page, card(page, ANNA), 'Connect again', BEN)
  await page.getByText(QUESTION).waitFor()
  await page.getByRole('button', { name: 'Replace', exact: true }).click()
  await page.getByText(`${BEN} is backed up instead of ${ANNA}. The copies of ${ANNA} stay.`).waitFor()
  await card(page, BEN).getByText(`Signed in as ${BEN}.`).waitFor()
  expect((await site.s3.objects('backup')).length).toBeGreaterThan(0)
})

test('an account is added by its button, and what Google answers is shown until it is closed', async () => {
  const page = await annaConnected()
  await page.getByRole('button', { name: 'Add another account' }).click()
  const added = card(page, 'google_drive_2')
  // Five times of six it was lost when it was read while the page was drawn.
  for (let i = 0; i < 6; i++) {
    await consent(page, added, 'Connect to Google', null)
    const answer = page.getByText('access was not allowed on Google’s page')
    await answer.waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.getByRole('link', { name: 'Files' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Files' }).waitFor()
    await page.getByRole('link', { name: 'Sources' }).first().click()
    await answer.waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await answer.waitFor({ state: 'detached' })
  }
  await consent(page, added, 'Connect to Google', ANNA)
  await page.getByText(`${ANNA} is backed up already, as google_drive.`).waitFor()
  await consent(page, added, 'Connect to Google', BEN)
  await page.getByText('Google is connected.').waitFor()
  await card(page, BEN).waitFor()
  await card(page, ANNA).waitFor()
})
