// Builds the dashboard into dist/web, where the server finds it, each file also as .br and .gz: a page is compressed once, not
// for every reader. What is being served stays until the new one is whole.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'
import { FINGERPRINT, fingerprint } from './web-sources.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const next = join(root, 'dist', 'web.next')
const current = join(root, 'dist', 'web')
const sources = fingerprint(root) // before the build: what changes meanwhile is built the next time

await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
for (const entry of readdirSync(next, { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && /\.(js|css|html|svg)$/.test(entry.name)) compress(join(entry.parentPath, entry.name))
}
writeFileSync(join(next, FINGERPRINT), sources)
const old = join(root, 'dist', 'web.old')
rmSync(old, { recursive: true, force: true })
if (existsSync(current)) renameSync(current, old)
renameSync(next, current)
rmSync(old, { recursive: true, force: true })

function compress(path) {
  const bytes = readFileSync(path)
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality))
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }))
}
