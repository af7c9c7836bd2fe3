import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { DriveEmulator, DriveOptions } from '../../emulator/drive/index.ts'
import type { S3Options } from '../../emulator/s3/index.ts'
import { Installation, type Running } from '../cli/drivekeep.ts'

export const USER = 'anna'
export const PASSWORD = 'correct horse battery staple'
/** For an element to come; a bound against a hang, nothing waits for it to pass. */
const PATIENCE_MS = 30_000
/** One daemon serves all tests of a file. */
const DAEMON_PATIENCE_MS = 600_000

type Configuration = NonNullable<Parameters<Installation['configure']>[0]>

interface SiteOptions extends Omit<Configuration, 'google'> {
  drive?: DriveOptions
  s3?: S3Options
  /** Whether there is an account, USER. */
  user?: boolean
  /** Keys of sources.google_drive, once it is known where the Drive is. */
  google?: (drive: DriveEmulator) => object
}

/** What a page may report without failing its test; everything else a browser complains of is a defect. */
export interface Expected {
  /** Answers of 400 and more, and requests that fail: `401 /api/session`. */
  answers?: RegExp
}

/** The program as it is installed, over an emulated Drive and bucket, and browsers that look at its dashboard. */
export class Site implements AsyncDisposable {
  readonly installation: Installation
  url = ''
  #daemon: Running | null = null
  readonly #browser: Browser
  readonly #complaints: string[] = []

  static async start({ drive, s3, user = true, google, ...rest }: SiteOptions = {}): Promise<Site> {
    const installation = await Installation.start({ ...(drive && { drive }), ...(s3 && { s3 }) })
    const configuration = { ...rest, google: google?.(installation.drive) ?? {} }
    installation.configure(configuration)
    const site = new Site(installation, await launch())
    if (user) await site.addUser(USER, 'admin')
    await site.startDaemon()
    // After a restart it has to be where the browser looks for it.
    installation.configure({
      ...configuration,
      daemon: { ...configuration.daemon, api_port: Number(new URL(site.url).port) },
    })
    return site
  }

  private constructor(installation: Installation, browser: Browser) {
    this.installation = installation
    this.#browser = browser
  }

  get drive() {
    return this.installation.drive
  }

  get s3() {
    return this.installation.s3
  }

  get log(): string {
    return this.#daemon?.stderr ?? ''
  }

  /** What the log says to make the first account with. */
  async setupToken(): Promise<string> {
    await this.#daemon?.says('token')
    return /token[ =]([\w-]{16,})/.exec(this.log)?.[1] ?? ''
  }

  async addUser(name: string, role: 'viewer' | 'operator' | 'admin'): Promise<void> {
    const args = ['user', 'add', name, '--role', role, '--password-stdin']
    const { code, stderr } = await this.installation.run(args, { stdin: PASSWORD })
    if (code !== 0) throw new Error(stderr)
  }

  async startDaemon(): Promise<void> {
    this.#daemon = await this.installation.daemon({ patienceMs: DAEMON_PATIENCE_MS })
    await this.#daemon.says('Dashboard: ')
    const url = /Dashboard: (http[^"\s]+)/.exec(this.#daemon.stderr)?.[1]
    if (url === undefined) throw new Error(`the dashboard has no address:\n${this.#daemon.stderr}`)
    this.url = url
  }

  async endDaemon(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#daemon?.kill(signal)
    await this.#daemon?.ended
  }

  /** A browser of its own, without cookies. What it complains of fails the test, at `endTest`. */
  async page(options: BrowserContextOptions = {}, expected: Expected = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    context.setDefaultTimeout(PATIENCE_MS)
    const page = await context.newPage()
    const complain = (what: string) => void this.#complaints.push(what)
    page.on('pageerror', (error) => complain(`${error}`))
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return
      // The same is seen as an answer below, where it can be told apart.
      if (message.text().startsWith('Failed to load resource')) return
      complain(`console: ${message.text()}`)
    })
    page.on('response', (response) => {
      const said = `${response.status()} ${new URL(response.url()).pathname}`
      if (response.status() >= 400 && !expected.answers?.test(said)) complain(said)
    })
    page.on('requestfailed', (request) => {
      const said = `${request.failure()?.errorText} ${new URL(request.url()).pathname}`
      // A page that is left breaks off what it was waiting for.
      if (request.failure()?.errorText === 'net::ERR_ABORTED' || expected.answers?.test(said)) return
      complain(said)
    })
    await page.goto(this.url)
    return page
  }

  /** A browser in which somebody has signed in, at this address of the dashboard. */
  async signedIn(
    path = '/',
    { as = USER, expected, ...options }: BrowserContextOptions & { as?: string; expected?: Expected } = {},
  ): Promise<Page> {
    const page = await this.page(options, expected)
    await signIn(page, as)
    if (path !== '/') await page.goto(new URL(path, this.url).href)
    return page
  }

  /**
   * Closes the pages of a test. None may have complained of anything: an error on the console, a refused request, a breach
   * of the content policy.
   */
  async endTest(): Promise<void> {
    for (const context of this.#browser.contexts()) await context.close()
    expect(this.#complaints.splice(0)).toEqual([])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
    await this.installation[Symbol.asyncDispose]()
  }
}

export async function signIn(page: Page, name: string = USER, password: string = PASSWORD): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('navigation', { name: 'Pages' }).first().waitFor()
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
}
