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
  const stored = await site.s3.objects(BUCKET)
  expect(stored.map(({ key }) => key)).toContainEqual(expect.stringContaining('unlucky.txt'))
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
