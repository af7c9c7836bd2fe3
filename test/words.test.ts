import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/**
 * The words of CONTRIBUTING, "Words": what must not be said instead, and where a pattern may stand for another reason: in a
 * line (`but`), or in a file (`except`).
 */
const NOT_SO: { pattern: RegExp; say: string; but?: RegExp; except?: RegExp }[] = [
  { pattern: /trouble/i, say: 'fault, or outage', but: /troubled_(reading|storing)|'start_trouble'/ },
  { pattern: /doubt|stray(?!ed line)/i, say: 'write, uncertain', but: /former_doubts/ },
  { pattern: /left-?over/i, say: 'write, or unremoved object' },
  { pattern: /\b(a|one|each|every|the|next|last|first|another) (look|pass)\b/i, say: 'cycle, check or scan' },
  { pattern: /\b(next|last|first|record)Look/, say: 'cycle, or fetch' },
  {
    pattern: /\b(look(s|ed|ing)? at Drive|pass(es)? over (Drive|a source|each source)|last_look)\b/i,
    say: 'cycle, or check',
  },
  {
    pattern: /listing|listed again/i,
    say: 'scan',
    but: /\| (scan|reconcile, inventory) \|/, // the glossary explains the words
    // A listing of a bucket is called so.
    except:
      /^(src\/(verify|destinations|backup\/model\/(inventory|destination)|catalog\/work\/inventory)|docs\/storage)/,
  },
  { pattern: /left[- _]?out\b|\bleaves? out\b/i, say: 'skipped, of items; omitted, of what need not be written' },
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
      for (const { pattern, say, but, except } of NOT_SO) {
        const found = pattern.exec(line)
        if (found !== null && !but?.test(line) && !except?.test(file))
          wrong.push(`${file}:${i + 1} says "${found[0]}" instead of ${say}`)
      }
  expect(wrong).toEqual([])
})

test('file names do too', () => {
  const odd = FILES.filter((file) => NOT_SO.some(({ pattern }) => pattern.test(file.split('/').at(-1) ?? '')))
  expect(odd).toEqual([])
})
