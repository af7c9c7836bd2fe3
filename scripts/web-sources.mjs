import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Stands in the built dashboard and says from which sources it was built. */
export const FINGERPRINT = '.built-from'

/** A hash of all that the built dashboard depends on. Contents, not times: a checkout changes all times and no content. */
export function fingerprint(root) {
  const hash = createHash('sha256')
  for (const path of [
    ...filesUnder(root, 'web'),
    'tsconfig.json',
    'vite.config.ts',
    'scripts/build-web.mjs',
    'package-lock.json',
  ]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Whether dist/web is what the sources would give. */
export function built(root) {
  const path = join(root, 'dist', 'web', FINGERPRINT)
  return existsSync(path) && readFileSync(path, 'utf8') === fingerprint(root)
}

function filesUnder(root, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  return entries
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return filesUnder(root, path)
      return entry.isFile() && !/\.test\.tsx?$/.test(entry.name) ? [path] : []
    })
    .sort()
}
