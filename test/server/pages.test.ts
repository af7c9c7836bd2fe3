import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { referenceHandlers } from '../../src/server/resources/reference.ts'
import { TestServer } from './start.ts'

/** A dashboard as vite builds it, beside a file that is nobody's business. */
class Built implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'drivekeep-pages-'))
  readonly web = join(this.folder, 'web')

  constructor() {
    mkdirSync(join(this.web, 'assets'), { recursive: true })
    writeFileSync(join(this.folder, 'sync_state.db'), 'canary')
    writeFileSync(join(this.web, '.built-from'), 'canary')
    writeFileSync(join(this.web, 'index.html'), '<!doctype html><title>Drivekeep</title>')
    writeFileSync(join(this.web, 'icon.svg'), '<svg/>')
    writeFileSync(join(this.web, 'assets', 'index-B1x.js'), 'plain()')
    writeFileSync(join(this.web, 'assets', 'index-B1x.js.br'), brotliCompressSync('compressed()'))
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

test('the start page is at every address that the dashboard may know, and is asked for again each time', async () => {
  using built = new Built()
  await using server = await TestServer.start({ webFolder: built.web })
  for (const path of ['/', '/files', '/activity?action=failed', '/sources/1', '/some/where/else']) {
    const { status, headers, text } = await server.client().get(path)
    expect([path, status, text]).toEqual([path, 200, expect.stringContaining('<title>Drivekeep</title>')])
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
  }
})

test('what has a hash in its name is kept for good, and sent compressed where that is understood', async () => {
  using built = new Built()
  await using server = await TestServer.start({ webFolder: built.web })
  const path = '/assets/index-B1x.js'
  const plain = await server.client().get(path)
  expect([plain.text, plain.headers['cache-control']]).toEqual(['plain()', 'public, max-age=31536000, immutable'])
  const packed = await server.client({ 'accept-encoding': 'gzip, br' }).get(path)
  expect(packed.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': expect.stringContaining('javascript'),
    'cache-control': 'public, max-age=31536000, immutable',
  })
  expect((await server.client().get('/icon.svg')).headers['cache-control']).toBe('no-cache')
})

test('a file or an API address that is not there is no page', async () => {
  using built = new Built()
  await using server = await TestServer.start({ webFolder: built.web })
  for (const path of ['/assets/old-A0y.js', '/favicon.ico', '/api', '/api/', '/api/nowhere', '/api/files.html']) {
    const { status, headers } = await server.client().get(path)
    expect([path, status, headers['content-type']]).toEqual([path, 404, 'application/problem+json; charset=utf-8'])
  }
  const posted = await server.client().post('/files', {})
  expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD'])
})

test.each([
  ...['/../sync_state.db', '/..%2fsync_state.db', '/%2e%2e/sync_state.db', '/%2e%2e%2fsync_state.db'],
  ...['/assets/../../sync_state.db', '/assets/%2e%2e/%2e%2e/sync_state.db', '/assets/..%2f..%2fsync_state.db'],
  ...['/..\\sync_state.db', '/..%5csync_state.db', '/%5c..%5csync_state.db', '//sync_state.db', '/%2f%2fsync_state.db'],
  ...['/..%00/sync_state.db', '/sync_state.db%00.js', '/%252e%252e%252fsync_state.db', '/%c0%ae%c0%ae/sync_state.db'],
  ...[
    '/.built-from',
    '/%2ebuilt-from',
    '/assets/../.built-from',
    '/....//sync_state.db',
    '/linked/sync_state.db.js/..',
  ],
])('%s leads to nothing outside the dashboard (path traversal)', async (path) => {
  using built = new Built()
  await using server = await TestServer.start({ webFolder: built.web })
  const { text } = await server.client().get(path)
  expect(text).not.toContain('canary')
})

test('a dashboard that was built anew while we run is served at once', async () => {
  using built = new Built()
  const current = join(built.folder, 'current')
  symlinkSync(built.web, current)
  await using server = await TestServer.start({ webFolder: current })
  expect((await server.client().get('/')).text).toContain('Drivekeep')
  writeFileSync(join(built.web, 'index.html'), '<title>Newer</title>')
  writeFileSync(join(built.web, 'assets', 'index-C2z.js'), 'newer()')
  expect((await server.client().get('/')).text).toContain('Newer')
  expect((await server.client().get('/assets/index-C2z.js')).text).toBe('newer()')
})

test('without a built dashboard a page says how to build it', async () => {
  await using server = await TestServer.start()
  const { status, text } = await server.client().get('/')
  expect([status, text]).toEqual([503, expect.stringContaining('npm run build')])
})

test('the reference shows every operation to people, with its style and without a script', async () => {
  await using server = await TestServer.start({ handlers: () => referenceHandlers('1.2.3') })
  const browser = await server.signedIn('viewer')
  const { text, headers } = await browser.get('/api/docs')
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(headers['content-security-policy']).toMatch(/script-src 'self'; style-src 'sha256-[\w+/=]{44}';/)
  expect(text).not.toMatch(/<script|\sstyle=|\son\w+=/)
  const { body } = await browser.get<{ paths: object; components: { schemas: object } }>('/api/openapi.json')
  for (const path of Object.keys(body.paths)) expect(text).toContain(`<code>${path}</code>`)
  const named = [...text.matchAll(/href="#schema-(\w+)"/g)].map(([, name]) => name)
  expect(named.filter((name) => !text.includes(`id="schema-${name}"`))).toEqual([])
  const { length } = text
  const origin = server.url
  expect(text).toContain(`${origin}/api/status`)
  expect(length).toBeLessThan(300_000)
})
