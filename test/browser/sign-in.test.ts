import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Site, signIn, USER } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await Site.start()
})
afterEach(() => site.endTest())
afterAll(() => site[Symbol.asyncDispose]())

const wrong = { answers: /^(401|429) \/api\/session$/ }

test('a wrong password is said so, and the right one leads to the page that was asked for', async () => {
  const page = await site.page({}, wrong)
  await page.goto(`${site.url}/problems?from=there`)
  await page.getByLabel('Name').fill(USER)
  await page.getByLabel('Password', { exact: true }).fill('not this one at all')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor()
  await signIn(page)
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/problems?from=there')
  await page.getByRole('heading', { level: 1, name: 'Problems' }).waitFor()
})

test('signing out ends the session, in every tab', async () => {
  const page = await site.signedIn('/', { expected: wrong })
  const other = await page.context().newPage()
  await other.goto(`${site.url}/files`)
  await other.getByRole('heading', { level: 1, name: 'Files' }).waitFor()
  await signOut(page)
  await other.reload()
  await other.getByRole('button', { name: 'Sign in' }).waitFor()
  expect(await page.context().cookies()).not.toContainEqual(expect.objectContaining({ name: 'session' }))
})

test('who guesses has to wait, and the page says how long; the browser that has signed in before does not', async () => {
  const known = await site.signedIn('/', { expected: wrong })
  await signOut(known)
  const guessing = await site.page({}, wrong)
  await guessing.getByLabel('Name').fill(USER)
  const waiting = guessing.getByRole('button', { name: /^Wait / })
  for (let i = 0; i < 30 && !(await waiting.isVisible()); i++) {
    await guessing.getByLabel('Password', { exact: true }).fill(`guess number ${i}`)
    const answered = guessing.waitForResponse('**/api/session')
    await guessing.getByRole('button', { name: 'Sign in' }).click()
    if ((await answered).status() === 429) break
    await guessing.getByRole('alert').waitFor()
  }
  await waiting.waitFor()
  expect(await waiting.isDisabled()).toBe(true)
  await signIn(known)
})

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Account menu/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
}
