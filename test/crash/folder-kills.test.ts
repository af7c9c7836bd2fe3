import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { collect } from '../destinations/bytes.ts'
import { startFolderPlace } from '../destinations/folder-place.ts'

const WRITER = fileURLToPath(new URL('folder-writer.ts', import.meta.url))
const KILLS = 12
const signal = new AbortController().signal

test(`after ${KILLS} kills at any moment each file of a folder has its own label, and is there once`, async () => {
  await using place = await startFolderPlace(undefined, { prefix: 'p' })
  for (let kill = 1; kill <= KILLS; kill++) {
    const said = await writeUntil(place.path, kill, 3 + ((kill * 7) % 11))
    expect(said).toBe('')
    const destination = place.again()
    const seen = new Set<string>()
    for await (const { key } of destination.list('p/', signal)) {
      expect(seen.has(key), `${key} is listed once`).toBe(false)
      seen.add(key)
      const head = await destination.head(key, signal)
      if (head === null) return expect.fail(`${key} is listed and not there`)
      const text = String(await collect(await destination.open({ key, versionId: null, size: head.size }, 0, signal)))
      expect(text.length).toBe(2000)
      expect(head.revision, key).toBe(/revision (\d+)/.exec(text)?.[1])
      expect(key.endsWith(head.fileId ?? '?'), `${key} is ${head.fileId}`).toBe(true)
    }
  }
})

/** Lets a process write until it has said so many dots, and kills it. Gives what it wrote on stderr: nothing. */
async function writeUntil(path: string, seed: number, dots: number): Promise<string> {
  const writer = spawn(process.execPath, [WRITER, path, `${seed}`], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(writer, 'exit')
  let errors = ''
  writer.stderr.on('data', (chunk) => {
    errors += chunk
  })
  let said = 0
  for await (const chunk of writer.stdout) {
    said += String(chunk).length
    if (said >= dots) break
  }
  writer.kill('SIGKILL')
  await ended
  return errors
}
