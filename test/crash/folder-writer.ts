import { createHash } from 'node:crypto'
import { randomFrom } from '../../emulator/drive/store/random.ts'
import { Fault } from '../../src/backup/model/faults.ts'
import { createFolderDestination } from '../../src/destinations/folder/destination.ts'
import { MemoryUploadLog } from '../destinations/upload-log.ts'

/**
 * Writes, copies and removes files of a folder destination until it is killed, several at once, and says when it has done ten more.
 *
 *   node test/crash/folder-writer.ts FOLDER SEED
 */
const [path = '', seed = '1'] = process.argv.slice(2)
const destination = createFolderDestination({ name: 'disk', path, prefix: 'p', marker: null, uploads: new MemoryUploadLog() }) // biome-ignore format: one call
const random = randomFrom(Number(seed))
const { signal } = new AbortController()
/** Names that some file systems take for the same, that are no names everywhere, and a file beside a folder of its name. */
const KEYS: [string, ...string[]] = [
  'a',
  'A',
  'dir/x',
  'dir/X',
  'dir',
  'Dir/y',
  'q?',
  'ÄÖ',
  'äö',
  `long${'x'.repeat(300)}`,
]
let done = 0

await Promise.all(Array.from({ length: 8 }, work))

async function work(): Promise<void> {
  for (;;) {
    const key = `p/${random.pick(KEYS)}`
    const what = random.next()
    if (what < 0.7) await write(key, String(random.below(1_000_000)).padStart(6, '0'))
    else if (what < 0.85) await destination.remove(key, signal)
    else await copy(key)
    done += 1
    if (done % 10 === 0) process.stdout.write('.')
  }
}

/** All contents have one size and one time: these tell nothing. */
async function write(key: string, revision: string): Promise<void> {
  const bytes = Buffer.from(`revision ${revision}`.padEnd(2000, '.'))
  async function* read() {
    yield bytes
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const payload = { kind: 'known', size: bytes.length, sha256, md5: null, read: async () => read() } as const
  const labels = { fileId: key, revision, modifiedTime: 1e12, path: key, mimeType: 'text/plain' }
  await destination.put(key, payload, labels, signal)
}

async function copy(key: string): Promise<void> {
  const head = await destination.head(key, signal)
  if (head === null) return
  try {
    await destination.can.copy({ ...head, key }, `p/copy/${key}`, null, signal)
  } catch (error) {
    // Another worker has written or removed it meanwhile.
    if (!(error instanceof Fault) || !['storage/not-found', 'storage/replaced'].includes(error.code)) throw error
  }
}
