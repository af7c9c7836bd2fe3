import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Site } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await Site.start({ drive: { dataSet: 'small' } })
  await site.addUser('vera', 'viewer')
})
afterEach(() => site.endTest())
afterAll(() => site[Symbol.asyncDispose]())

test('each control works from each state, and says why where it makes no sense', async () => {
  const page = await site.signedIn()
  const state = page.getByRole('region', { name: 'State' })
  const button = (name: string) => state.getByRole('button', { name, exact: true })
  const enabled = async () => {
    const names = ['Start', 'Pause', 'Resume', 'Stop']
    const those = await Promise.all(names.map((name) => button(name).isEnabled()))
    return names.filter((_, i) => those[i])
  }
  const reach = async (word: string) => {
    await state.getByText(word, { exact: true }).waitFor()
    await page.getByRole('banner').getByText(word, { exact: true }).waitFor()
  }

  await reach('Running')
  await expect.poll(enabled).toEqual(['Pause', 'Stop'])
  await button('Pause').click()
  await reach('Paused')
  await expect.poll(enabled).toEqual(['Start', 'Resume', 'Stop'])
  await button('Resume').click()
  await reach('Running')
  await button('Stop').click()
  await reach('Stopped')
  await expect.poll(enabled).toEqual(['Start'])
  // Why not: for the mouse and for a screen reader alike.
  await button('Pause').hover({ force: true })
  await page.getByText('It is stopped: there is nothing to pause.').first().waitFor()
  await button('Start').click()
  await reach('Running')
  await button('Pause').click()
  await reach('Paused')
  await button('Start').click()
  await reach('Running')
  await button('Pause').click()
  await reach('Paused')
  await button('Stop').click()
  await reach('Stopped')
  await button('Start').click()
  await reach('Running')
})

test('what changes in Drive appears without reloading: in the figures, the activity and the files', async () => {
  const page = await site.signedIn()
  const figure = async (name: string) =>
    Number(await page.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd[1]').innerText())
  await page.getByText('files are protected').first().waitFor()
  const before = await figure('Files Synced')
  const activity = await page.context().newPage()
  await activity.goto(`${site.url}/activity`)
  await activity.getByRole('list', { name: /newest first/ }).waitFor()

  site.drive.create({ name: 'fresh from the press.txt', content: 'news' })
  const recent = page.getByRole('region', { name: 'Recent activity' })
  await recent.getByRole('link', { name: 'fresh from the press.txt' }).waitFor()
  await page
    .getByText(`All ${before + 1} files are protected.`)
    .first()
    .waitFor()
  await expect.poll(() => figure('Files Synced')).toBe(before + 1)
  await activity.getByRole('link', { name: 'fresh from the press.txt' }).waitFor()
  await recent.getByRole('link', { name: 'fresh from the press.txt' }).click()
  await page.getByRole('heading', { name: 'fresh from the press.txt' }).waitFor()
})

test('a broken stream is said, and the page works again by itself when the server is back', async () => {
  const page = await site.signedIn('/', { expected: { answers: /./ } })
  await page.getByText('files are protected').first().waitFor()
  await site.endDaemon('SIGKILL')
  await page.getByText(/Live updates are interrupted since/).waitFor()
  site.drive.create({ name: 'written meanwhile.txt', content: 'x' })
  await site.startDaemon()
  await page.getByText(/Live updates are interrupted/).waitFor({ state: 'hidden' })
  await page.getByRole('link', { name: 'written meanwhile.txt' }).waitFor()
})

test('a viewer sees everything, and is told why nothing can be pressed', async () => {
  const page = await site.signedIn('/', { as: 'vera' })
  const state = page.getByRole('region', { name: 'State' })
  await state.getByText('Running', { exact: true }).waitFor()
  const pause = state.getByRole('button', { name: 'Pause' })
  await expect.poll(() => pause.isDisabled()).toBe(true)
  await pause.hover({ force: true })
  await page
    .getByText(/viewer/i)
    .first()
    .waitFor()
})
