/** Makes docs/demo.png: what `npm run demo` shows in its first seconds. Needs Debian's chromium (`npm test` installs it). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const SECONDS = 14
const LINES = 26
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const demo = spawn(process.execPath, [here('demo.ts')], { stdio: ['ignore', 'pipe', 'pipe'] })
let text = ''
for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk) => (text += chunk))
const timer = setTimeout(() => demo.kill('SIGINT'), SECONDS * 1000)
await once(demo, 'close')
clearTimeout(timer)

// The first lines are the same in every demo, and full of this machine's paths; of the first copies a few are enough.
const shown = text.split('\n').filter((line) => /^\d\d:\d\d:\d\d {2}/.test(line) && !/asked to end|ended$/.test(line))
const last = shown.slice(-LINES)
const html = last.map(
  (line) =>
    `<span class="time">${escaped(line.slice(0, 8))}</span>  <b class="${line.slice(10, 20).trim()}">${escaped(line.slice(10, 20))}</b> ${escaped(line.slice(21))}`,
)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const page = await browser.newPage({ viewport: { width: 900, height: 100 }, deviceScaleFactor: 1.5 })
await page.setContent(`<style>
  body { margin: 0; padding: 20px 24px; background: #16181d; color: #d7dae0; font: 13px/1.6 monospace }
  p { margin: 0 0 12px; color: #fff } pre { margin: 0 } .time { color: #7d8590 } .Drive { color: #7ab7ff } .Drivekeep { color: #7ee0a1 }
</style><p>$ npm run demo</p><pre>${html.join('\n')}</pre>`)
await page.screenshot({ path: here('../docs/demo.png'), fullPage: true })
await browser.close()

function escaped(line: string): string {
  return line
    .replaceAll(/\p{Extended_Pictographic}/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
}
