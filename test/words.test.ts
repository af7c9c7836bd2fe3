import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The words of CONTRIBUTING, "Words": what must not be said instead, and where a pattern may stand for another reason. */
const NOT_SO: { pattern: RegExp; say: string; but?: RegExp }[] = [
  { pattern: /trouble/i, say: 'fault, or outage', but: /troubled_(reading|storing)/ },
  { pattern: /doubt|stray(?!ed line)/i, say: 'write, uncertain', but: /former_doubts/ },
  { pattern: /left-?over/i, say: 'write, or unremoved object' },
  { pattern: /\b(a|one|each|every|the|next|last|first|another) (look|pass)\b/i, say: 'cycle, check or scan' },
  { pattern: /\b(next|last|first|record)Look/, say: 'cycle, or fetch' },
  { pattern: /\bhasten|\bseldom\b|\bgreet/i, say: 'a plain word (style: plain technical English)' },
  { pattern: /\b(utils?|helpers?|misc|common)\.ts\b/, say: 'the name of the idea' },
]

/** Code, SQL, messages, documents and pages. This test names what it forbids, and older catalogs what they were called. */
const FILES = execFileSync('git', ['ls-files', 'src', 'web', 'docs', 'README.md', 'CONTRIBUTING.md'], { cwd: ROOT })
  .toString()
  .split('\n')
  .filter((file) => /\.(tsx?|css|md)$/.test(file))

test('names and messages use the words of the glossary', () => {
  const wrong: string[] = []
  for (const file of FILES)
    for (const [i, line] of readFileSync(join(ROOT, file), 'utf8').split('\n').entries())
      for (const { pattern, say, but } of NOT_SO) {
        const found = pattern.exec(line)
        if (found !== null && !(but?.test(line) ?? false))
          wrong.push(`${file}:${i + 1} says "${found[0]}" instead of ${say}`)
      }
  expect(wrong).toEqual([])
})

test('file names do too', () => {
  const odd = FILES.filter((file) => NOT_SO.some(({ pattern }) => pattern.test(file.split('/').at(-1) ?? '')))
  expect(odd).toEqual([])
})
