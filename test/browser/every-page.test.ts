import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Site, signIn } from './site.ts'

const PAGES: { path: string; ready: (page: Page) => Promise<unknown> }[] = [
  { path: '/', ready: (page) => page.getByText('files are protected').first().waitFor() },
  { path: '/files', ready: (page) => page.getByRole('table', { name: 'Files' }).waitFor() },
  { path: '/files/17', ready: (page) => page.getByRole('heading', { name: 'Household budget' }).waitFor() },
  { path: '/activity', ready: (page) => page.getByRole('list', { name: /newest first/ }).waitFor() },
  { path: '/activity/cycles', ready: (page) => page.getByRole('table').waitFor() },
  { path: '/problems', ready: (page) => page.getByText('No problem', { exact: true }).waitFor() },
  { path: '/sources', ready: (page) => page.getByRole('button', { name: 'Test Connection' }).waitFor() },
  { path: '/destinations', ready: (page) => page.getByRole('button', { name: 'Self-test' }).waitFor() },
  { path: '/destinations/new', ready: (page) => page.getByRole('button', { name: 'Test it' }).waitFor() },
  { path: '/settings', ready: (page) => page.getByRole('region', { name: 'Limits' }).waitFor() },
  { path: '/settings/exclusions', ready: (page) => page.getByText('No file is skipped.').waitFor() },
  { path: '/settings/users', ready: (page) => page.getByRole('button', { name: 'Add a user' }).waitFor() },
  { path: '/settings/tokens', ready: (page) => page.getByRole('button', { name: 'Create token' }).waitFor() },
  { path: '/settings/audit', ready: (page) => page.getByRole('table').waitFor() },
  { path: '/account', ready: (page) => page.getByRole('button', { name: 'Log out everywhere' }).waitFor() },
  { path: '/setup/selection', ready: (page) => page.getByRole('button', { name: 'Save and continue' }).waitFor() },
]

let site: Site
beforeAll(async () => {
  site = await Site.start({ drive: { dataSet: 'small' } })
})
afterEach(() => site.endTest())
afterAll(() => site[Symbol.asyncDispose]())

/** What axe finds wrong, in short. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    type Result = { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }
    const axe = (window as unknown as { axe: { run: () => Promise<Result> } }).axe
    const { violations } = await axe.run()
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary}`))
  })
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [360, 1280])
    test(`no page breaks a rule of accessibility or scrolls sideways: ${colorScheme}, ${width} px`, async () => {
      const page = await site.page({ colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' })
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      expect(await violations(page)).toEqual([])
      await signIn(page)
      for (const { path, ready } of PAGES) {
        await page.goto(site.url + path)
        await ready(page)
        expect(await violations(page), path).toEqual([])
        expect(await overflow(page), path).toBe(0)
      }
    })

test('the keyboard is enough: signing in, finding a file, pausing and going on', async () => {
  const page = await site.page()
  await page.getByLabel('Name').waitFor()
  await page.keyboard.type('anna')
  await page.keyboard.press('Tab')
  await page.keyboard.type('correct horse battery staple')
  await page.keyboard.press('Enter')
  await page.getByText('files are protected').first().waitFor()

  await page.keyboard.press('/')
  const search = page.getByRole('searchbox', { name: 'Search files' })
  await expect.poll(() => search.evaluate((box) => box === document.activeElement), { timeout: 30_000 }).toBe(true)
  await page.keyboard.type('lyrics')
  await page.getByRole('link', { name: 'lyrics.txt' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'lyrics.txt' }).press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })

  await page.goto(site.url)
  const pause = page.getByRole('button', { name: 'Pause' })
  await pause.waitFor()
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab')
    if (await pause.evaluate((button) => button === document.activeElement)) break
  }
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'State' }).getByText('Paused', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Resume' }).press('Enter')
  await page.getByRole('region', { name: 'State' }).getByText('Running', { exact: true }).waitFor()
})

test('the first load takes less than 250 kB of compressed script, and live updates move nothing', async () => {
  const page = await site.page()
  await page.addInitScript(() => {
    const shifts: string[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => {
      type Shift = PerformanceEntry & { value: number; sources: { node: Element | null }[] }
      for (const { value, sources } of list.getEntries() as Shift[])
        shifts.push(`${value}: ${sources.map(({ node }) => node?.parentElement?.innerHTML ?? 'gone').join(' ')}`)
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await signIn(page)
  await page.goto(site.url)
  await page.getByText('files are protected').first().waitFor()
  await page
    .getByRole('figure', { name: /Stored per/ })
    .first()
    .waitFor()
  const script = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  )
  expect(script).toBeGreaterThan(10_000)
  expect(script).toBeLessThan(250_000)

  const shifts = () => page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)
  await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts.splice(0))
  for (let i = 0; i < 8; i++) {
    const name = `${'a name that grows '.repeat(i)}${i}.txt`
    site.drive.create({ name, content: 'x'.repeat(10 ** i % 1_000_003) })
    await page.getByRole('region', { name: 'Recent activity' }).getByRole('link', { name, exact: true }).waitFor()
  }
  expect(await shifts()).toEqual([])
})
