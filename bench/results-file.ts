import { readFile, writeFile } from 'node:fs/promises'

const FILE = new URL('RESULTS.md', import.meta.url)

/** Puts a row's result between its marks in RESULTS.md, in place of the one before. Throws where the marks are missing. */
export async function writeResult(row: string, text: string): Promise<void> {
  const before = await readFile(FILE, 'utf8')
  const [begin, end] = [`<!-- result of ${row} -->`, `<!-- end of ${row} -->`]
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`bench/RESULTS.md has no place for ${row}: ${begin} … ${end}`)
  await writeFile(FILE, `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`)
}
