import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { BUCKET } from '../cli/drivekeep.ts'
import { Site } from './site.ts'

/** Would run if it were taken for markup anywhere. */
const SCRIPT = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>.txt'

let site: Site
beforeAll(async () => {
  site = await Site.start({ sync: { retry_attempts: 0, retry_delay_seconds: 3600 } })
})
afterEach(() => site.endTest())
afterAll(() => site[Symbol.asyncDispose]())

test('a failure appears with its cause and what to do, and is retried by its button', async () => {
  site.s3.faults.add({
    fault: { kind: 'answer', status: 400, code: 'InvalidArgument' },
    match: { operation: 'PutObject', key: /unlucky/ },
    times: 1,
  })
  site.drive.create({ name: 'unlucky.txt', content: 'x' })
  const page = await site.signedIn()
  await page.getByText('1 file is not protected').first().waitFor()
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: /^Problems/ })
    .click()
  await page
    .getByRole('link', { name: /unlucky\.txt/ })
    .first()
    .waitFor()
  await page
    .getByRole('button', { name: /^Retry|^Try/ })
    .first()
    .click()
  await page.getByText('No problem', { exact: true }).waitFor()
  await expect
    .poll(async () => (await site.s3.objects(BUCKET)).map(({ key }) => key), { timeout: 30_000 })
    .toContainEqual(expect.stringContaining('unlucky.txt'))
})

test('a destination that refuses is named with its remedy, in the headline, among the problems and on its card', async () => {
  const mend = site.s3.faults.add({
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
    match: { operation: 'PutObject' },
  })
  site.drive.create({ name: 'refused.txt', content: 'x' })
  const page = await site.signedIn()
  const state = page.getByRole('region', { name: 'State' })
  await state.getByText('aws_s3: storage denies the operation to this access key.').first().waitFor({ timeout: 60_000 })
  await state.getByRole('link', { name: 'Test it' }).waitFor()
  await page
    .getByRole('banner')
    .getByText(/action needed/)
    .first()
    .waitFor()
  await expect.poll(() => page.title()).toMatch(/^🔴/)

  await page.goto(`${site.url}/destinations`)
  await page.getByText('Action needed', { exact: true }).waitFor()

  await page.goto(`${site.url}/problems`)
  await page.getByText('One problem, and it needs action.').waitFor()
  await page.getByRole('region', { name: /^aws_s3: / }).waitFor()
  await page
    .getByText(/It began /)
    .first()
    .waitFor()
  mend.remove()
  await page.getByRole('button', { name: 'Try now' }).click()
  await page.getByText('No problem', { exact: true }).waitFor()
})

test('a drive that is emptied raises an alarm that is confirmed by its button', async () => {
  const files = Array.from({ length: 60 }, (_, i) => site.drive.create({ name: `gone ${i}.txt`, content: `${i}` }))
  const page = await site.signedIn()
  await page
    .getByText(/^All \d+ files are protected/)
    .first()
    .waitFor()
  for (const file of files) site.drive.remove(file)
  const state = page.getByRole('region', { name: 'State' })
  await state.getByText('60 files were deleted in Drive within an hour.').first().waitFor()
  await state.getByText(/Their copies are kept; nothing is moved until you confirm/).waitFor()
  for (const path of ['/sources', '/problems']) {
    await page.goto(site.url + path)
    await page.getByText('60 files were deleted in Drive within an hour.').waitFor()
  }
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('No problem', { exact: true }).waitFor()
})

test('a name with script in it is text on every page', async () => {
  const folder = site.drive.create({
    name: `<b onmouseover=alert(1)>folder`,
    mimeType: 'application/vnd.google-apps.folder',
  })
  site.s3.faults.add({
    fault: { kind: 'answer', status: 400, code: 'InvalidArgument' },
    match: { operation: 'PutObject', key: /onerror/ },
    times: 1,
  })
  site.drive.create({ name: SCRIPT, content: 'x', parent: folder })
  const page = await site.signedIn()
  const seen = async (where: Page) => {
    await where.getByText('onerror').first().waitFor()
    expect(await where.evaluate(() => 'hacked' in window)).toBe(false)
    expect(await where.locator('img[src=x], b[onmouseover]').count()).toBe(0)
  }
  await page.getByText('1 file is not protected').first().waitFor()
  await seen(page) // recent activity and problems
  for (const path of ['/problems', '/activity', '/files?search=onerror']) {
    await page.goto(site.url + path)
    await seen(page)
  }
  await page
    .getByRole('link', { name: /onerror/ })
    .first()
    .click()
  await page.getByRole('heading', { name: /onerror/ }).waitFor()
  await seen(page)
})
