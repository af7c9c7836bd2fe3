import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type LocalFolder = AsyncDisposable & {
  path: string
  /** Every file below with its SHA-256, by its path within the folder. */
  files(): Promise<Map<string, string>>
}

/** A folder for what rclone copies, which goes away at the end of the test. */
export async function localFolder(): Promise<LocalFolder> {
  const path = await mkdtemp(join(tmpdir(), 'drive-conformance-'))
  return {
    path,
    async files() {
      const found = new Map<string, string>()
      for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const file = join(entry.parentPath, entry.name)
        found.set(file.slice(path.length + 1), sha256(await readFile(file)))
      }
      return found
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
