import { randomUUID } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf, ifThere } from '../errors.ts'
import { makeFolders, writeWhole } from '../files/write.ts'
import { type NameRules, POSIX } from './names.ts'

/** Longest names in bytes, by file system: nearly all; eCryptfs; and what every one takes. */
const LENGTHS = [255, 143, 100]

/**
 * What names the file system of a folder takes. It is found out once and kept in `file`, so that a key has the same path for
 * good. Where neither is possible (a disk that is mounted read-only), Linux's own rules hold.
 */
export async function nameRules(file: string, scratch: string): Promise<NameRules> {
  const kept = await ifThere(readFile(file, 'utf8'))
  const parsed = kept === null ? null : parseRules(kept)
  if (parsed !== null) return parsed
  try {
    const rules = await probeNames(scratch)
    await writeWhole(file, `${JSON.stringify(rules, null, 2)}\n`)
    return rules
  } catch (error) {
    if (errnoOf(error) === null) throw error
    return POSIX
  }
}

/** Finds out by writing empty files into a folder below `scratch`, which is removed again. */
async function probeNames(scratch: string): Promise<NameRules> {
  const folder = join(scratch, `names-${randomUUID()}`)
  await makeFolders(folder)
  try {
    const takes = async (name: string) => {
      try {
        await writeFile(join(folder, name), '', { flag: 'wx' })
      } catch (error) {
        const code = errnoOf(error)
        if (code === 'EINVAL' || code === 'EILSEQ' || code === 'ENAMETOOLONG' || code === 'ENOENT' || code === 'EACCES')
          return false
        throw error
      }
      return (await readdir(folder)).includes(name)
    }
    let maxBytes = LENGTHS.at(-1) ?? 100
    for (const length of LENGTHS)
      if (await takes('x'.repeat(length))) {
        maxBytes = length
        break
      }
    return {
      maxBytes,
      punctuation: await takes('a"*:<>?|\\b'),
      controls: await takes('a\u0001\n\tb'),
      trailing: (await takes('dot.')) && (await takes('blank ')),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function parseRules(text: string): NameRules | null {
  try {
    const rules = JSON.parse(text) as Partial<NameRules>
    const { maxBytes, punctuation, controls, trailing } = rules
    const complete = [punctuation, controls, trailing].every((value) => typeof value === 'boolean')
    return complete && LENGTHS.includes(maxBytes ?? 0) ? (rules as NameRules) : null
  } catch {
    return null
  }
}
