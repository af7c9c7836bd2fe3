import { request } from 'undici'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { PASSWORD, Site, signIn, USER } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await Site.start({ drive: { dataSet: 'small' } })
})
afterEach(() => site.endTest())
afterAll(() => site[Symbol.asyncDispose]())

test('a setting is changed, says where it comes from, and goes back to config.yaml', async () => {
  const page = await site.signedIn('/settings')
  const size = page.getByRole('textbox', { name: 'Largest file' })
  const back = page.getByRole('button', { name: 'Back to config.yaml: Largest file' })
  const value = (wanted: string) => expect.poll(() => size.inputValue(), { timeout: 30_000 }).toBe(wanted)
  await value('50')
  await size.fill('7')
  await page.getByRole('button', { name: /^Save/ }).click()
  await back.waitFor()
  await page.reload()
  await value('7')
  await back.click()
  await page.getByRole('button', { name: /^Save/ }).click()
  await back.waitFor({ state: 'hidden' })
  await page.reload()
  await value('50')
})

test('exclusions show what they would skip before they are saved', async () => {
  const page = await site.signedIn('/settings/exclusions')
  await page.getByLabel('Names and patterns').fill('*.txt')
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByText('lyrics.txt').waitFor()
})

test('a user is added, signs in with the rights of the role, and is removed', async () => {
  const page = await site.signedIn('/settings/users')
  await page.getByRole('button', { name: 'Add a user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('otto')
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await dialog.getByText('Viewer', { exact: true }).click()
  await dialog.getByRole('button', { name: /^Add/ }).click()
  await page.getByRole('button', { name: 'Remove otto' }).waitFor()

  const other = await site.signedIn('/settings/users', { as: 'otto', expected: { answers: /^403 / } })
  await other.getByText(/admin/i).first().waitFor()
  expect(await other.getByRole('button', { name: 'Remove otto' }).count()).toBe(0)

  await page.getByRole('button', { name: 'Remove otto' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Remove/ })
    .click()
  await page.getByRole('button', { name: 'Remove otto' }).waitFor({ state: 'hidden' })
})

test('a token is shown once, does what its scopes allow and no more, and ends', async () => {
  const page = await site.signedIn('/settings/tokens')
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('monitor')
  await page.getByRole('dialog').getByRole('button', { name: /^Make/ }).click()
  const secret = /dk_[\w-]+/.exec(
    await page
      .getByText(/dk_[\w-]{20,}/)
      .first()
      .innerText(),
  )?.[0]
  const call = async (method: 'GET' | 'POST', path: string) => {
    const { statusCode, body } = await request(site.url + path, {
      method,
      headers: { authorization: `Bearer ${secret}` },
    })
    await body.dump()
    return statusCode
  }
  expect(await call('GET', '/api/status')).toBe(200)
  expect(await call('POST', '/api/sync/pause')).toBe(403)
  await page.reload()
  await page.getByText('monitor').first().waitFor()
  expect(await page.getByText(secret ?? '').count()).toBe(0)
  await page.getByRole('button', { name: /^(Revoke|End|Remove|Delete)/ }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^(Revoke|End|Remove|Delete)/ })
    .click()
  await page.getByText('There are no tokens').waitFor()
  expect(await call('GET', '/api/status')).toBe(401)
})

test('Test Connection and the self-test say step by step what works, and what does not', async () => {
  const page = await site.signedIn('/sources')
  await page.getByRole('button', { name: 'Test Connection' }).click()
  await page.getByText('The connection works').waitFor()
  await page.goto(`${site.url}/destinations`)
  await page.getByRole('button', { name: 'Self-test' }).click()
  await page
    .getByRole('list', { name: /Steps/ })
    .getByText(/passed/)
    .first()
    .waitFor()
  const rule = site.s3.faults.add({
    fault: { kind: 'answer', status: 403, code: 'AccessDenied' },
    match: { operation: 'DeleteObject' },
  })
  await page.getByRole('button', { name: 'Self-test' }).click()
  await page
    .getByText(/s3:DeleteObject/)
    .first()
    .waitFor()
  rule.remove()
})

test('the password is changed, and logging out everywhere ends every session', async () => {
  const page = await site.signedIn('/account', { expected: { answers: /^(401|403) / } })
  const other = await site.signedIn('/', { expected: { answers: /^401 / } })
  const next = `${PASSWORD} and one more`
  await page.getByLabel('Current password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('New password', { exact: true }).fill(next)
  await page.getByRole('button', { name: 'Change password' }).click()
  await other.getByRole('button', { name: 'Sign in' }).waitFor()
  await signIn(other, USER, next)
  await page.getByRole('button', { name: 'Log out everywhere' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Log out/ })
    .click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await other.getByRole('button', { name: 'Sign in' }).waitFor()
})
