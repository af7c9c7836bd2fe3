/**
 * Makes the README's pictures of the dashboard, docs/dashboard*.png, from the demo after it has been running for a while.
 * Needs Debian's chromium (`npm test` installs it) and a built dashboard (`npm run demo` builds it).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type BrowserContextOptions, chromium } from 'playwright-core'

/** So that the charts have something to show. */
const WATCHED_MS = 5 * 60_000
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const demo = spawn(process.execPath, [here('demo.ts')], { stdio: ['ignore', 'inherit', 'pipe'] })
try {
  const { url, user, password } = await signInOf(demo.stderr)
  await sleep(WATCHED_MS)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const shoot = async (name: string, options: BrowserContextOptions) => {
    const page = await browser.newPage({ deviceScaleFactor: 1, reducedMotion: 'reduce', ...options })
    await page.goto(url)
    await page.getByLabel('Name').fill(user)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('figure').first().waitFor()
    await sleep(2000) // the charts have drawn themselves
    await page.screenshot({ path: here(`../docs/${name}.png`) })
    await page.close()
  }
  await shoot('dashboard', { colorScheme: 'light', viewport: { width: 1280, height: 1440 } })
  await shoot('dashboard-dark', { colorScheme: 'dark', viewport: { width: 1280, height: 1440 } })
  await shoot('dashboard-phone', { colorScheme: 'light', viewport: { width: 390, height: 844 } })
  await browser.close()
} finally {
  demo.kill('SIGTERM')
  await once(demo, 'close')
}

/** Waits until the demo has said where its dashboard is. */
async function signInOf(output: NodeJS.ReadableStream) {
  let text = ''
  output.on('data', (chunk) => {
    text += chunk
  })
  for (;;) {
    const [, url, user, password] = /Dashboard +(http\S+) +user: (\S+) +password: (\S+)/.exec(text) ?? []
    if (url !== undefined && user !== undefined && password !== undefined && text.includes('Dashboard: '))
      return { url, user, password }
    if (demo.exitCode !== null) throw new Error(`the demo ended early:\n${text}`)
    await sleep(100)
  }
}
