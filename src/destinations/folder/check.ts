import { hash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { CheckResult, Labels } from '../../backup/model/destination.ts'
import { Fault } from '../../backup/model/faults.ts'
import { faultOf } from './errors.ts'
import { copyFile } from './files/copy.ts'
import { etagOf, find } from './files/find.ts'
import { listFiles } from './files/list.ts'
import { removeFile } from './files/remove.ts'
import { type Folder, operation } from './folder.ts'
import { putFile } from './put/put.ts'

const CONTENT = [
  Buffer.from('Written by the self-test of Drivekeep. It may be deleted.\n'),
  Buffer.from('Its second content.\n'),
]
/** Less free space than this is said. */
const LITTLE_BYTES = 1024 ** 3

/** What a step found: a sentence, and whether it is a good one. */
type Finding = { ok: boolean; message: string }

/**
 * Proves step by step, with probe files that are removed again, what the folder and its file system can do. A failing step is
 * a result; later steps are omitted where they could only repeat it. Throws only the signal's reason.
 */
export async function checkFolder(folder: Folder, probe: string, signal: AbortSignal): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const step = async (name: string, run: () => Promise<Finding>): Promise<boolean> => {
    const finding = await run().catch((error: unknown): Finding => {
      if (signal.aborted) throw signal.reason
      const fault = faultOf(error, folder.address)
      if (!(fault instanceof Fault)) throw error
      return { ok: false, message: fault.message }
    })
    results.push({ step: name, ...finding })
    return finding.ok
  }
  const [key, copy] = [`${probe}-${randomUUID()}`, `${probe}-${randomUUID()}`]
  const there = await step('reach the folder', async () => {
    await operation(folder, folder.address, signal, async () => {})
    return good(`${folder.root.path} is there`)
  })
  if (!there) return results
  try {
    const written = await step('write', async () => {
      await write(folder, key, 0, signal)
      return good('files can be written')
    })
    if (!written) return results
    await step('read back', async () => {
      const read = await contentOf(folder, key, signal)
      return read?.equals(CONTENT[0] ?? Buffer.alloc(0))
        ? good('what was written comes back unchanged')
        : bad('other bytes came back than were written. Do not use this disk or share.')
    })
    await step('list', async () => {
      for await (const object of listFiles(folder, key, signal))
        if (object.key === key) return good('files can be listed')
      return bad('the file just written is not in the listing. Verification needs listings that are up to date.')
    })
    await step('replace', async () => {
      const before = await find(folder, key, signal)
      await write(folder, key, 1, signal)
      const after = await find(folder, key, signal)
      const read = await contentOf(folder, key, signal)
      const differs = before !== null && after !== null && etagOf(before) !== etagOf(after)
      return differs && read?.equals(CONTENT[1] ?? Buffer.alloc(0))
        ? good('a file is replaced in one step')
        : bad('a replaced file still shows its old content. Do not use this disk or share.')
    })
    await step('copy', async () => {
      await copyFile(folder, { key, versionId: null, size: 0 }, copy, null, signal)
      const copied = await find(folder, copy, signal)
      if (copied === null) return bad('the copy is not there.')
      return copied.stat.nlink > 1n
        ? good('a renamed file gets its new name at no cost (hard links)')
        : good('a renamed file is copied within the folder; the file system has no hard links')
    })
    await step('names', async () => good(inWords(await folder.rules())))
    await step('free space', async () => {
      const { bavail, bsize } = await statfs(folder.root.path)
      const gib = ((bavail * bsize) / 1024 ** 3).toFixed(1)
      return bavail * bsize >= LITTLE_BYTES ? good(`${gib} GiB are free`) : bad(`only ${gib} GiB are free. Make room.`)
    })
    await step('delete', async () => {
      for (const one of [key, copy]) await removeFile(folder, one, signal)
      return (await find(folder, key, signal)) === null
        ? good('files can be deleted')
        : bad('a deleted file is still there.')
    })
  } finally {
    const timeout = AbortSignal.timeout(CLEAN_UP_MS)
    for (const one of [key, copy]) await removeFile(folder, one, timeout).catch(() => {})
  }
  return results
}

const CLEAN_UP_MS = 15_000

function good(message: string): Finding {
  return { ok: true, message }
}

function bad(message: string): Finding {
  return { ok: false, message }
}

function inWords({ maxBytes, punctuation, controls, trailing }: Awaited<ReturnType<Folder['rules']>>): string {
  const refused = [
    ...(punctuation ? [] : ['one of " * : < > ? | \\']),
    ...(controls ? [] : ['a control character']),
    ...(trailing ? [] : ['a dot or blank at the end']),
  ]
  const long = `names of up to ${maxBytes} bytes are kept as they are`
  return refused.length === 0 ? long : `${long}; names with ${refused.join(', ')} get a suffix`
}

async function write(folder: Folder, key: string, which: 0 | 1, signal: AbortSignal): Promise<void> {
  const bytes = CONTENT[which] ?? Buffer.alloc(0)
  async function* read() {
    yield bytes
  }
  const sha256 = hash('sha256', bytes, 'hex')
  const payload = { kind: 'known', size: bytes.length, sha256, md5: null, read: async () => read() } as const
  const labels: Labels = {
    fileId: 'probe',
    revision: 'probe',
    modifiedTime: folder.now(),
    path: 'probe.txt',
    mimeType: 'text/plain',
  }
  await putFile(folder, key, payload, labels, signal)
}

async function contentOf(folder: Folder, key: string, signal: AbortSignal): Promise<Buffer | null> {
  const found = await find(folder, key, signal)
  if (found === null) return null
  const chunks: Uint8Array[] = []
  for await (const chunk of createReadStream(folder.root.absolute(found.name), { signal })) chunks.push(chunk)
  return Buffer.concat(chunks)
}
