import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { FAULTS, Fault, type FaultCode, faultKind, SKIP_REASONS } from './faults.ts'

const DOC = new URL('../../../docs/faults.md', import.meta.url)
const CODES = Object.keys(FAULTS) as FaultCode[]
const RETRY = {
  backoff: 'soon, with growing delays; daily after `sync.retry_attempts`',
  'next-cycle': 'in the next cycle',
  daily: 'the next day',
  'after-operator': 'from time to time, until it is mended',
  never: 'when the file changes',
} as const

function page(): string {
  const faults = CODES.map((code) => {
    const { title, what, hint, retry } = FAULTS[code]
    return `### ${code}\n\n**${title}:** …${what}.\n\n${hint} Tried again: ${RETRY[retry]}.\n`
  })
  const reasons = Object.entries(SKIP_REASONS).map(([reason, text]) => `| \`${reason}\` | ${text} |`)
  return `# What can go wrong

Every item in Drive is protected, waiting, failed with one of the faults below, or skipped for one of the reasons below.
\`drivekeep failures\` lists the files concerned; \`drivekeep retry\` tries them again at once. One file's fault never
stops another file; while Google or a bucket is out of order, files wait and burn no attempts.

## Reasons for skipping

| reason | the item |
| --- | --- |
${reasons.join('\n')}

## Faults

${faults.join('\n')}`
}

test('every fault says what happened and what to do', () => {
  for (const code of CODES) {
    const { message } = new Fault(code, 'report.pdf', { detail: '403 forbidden' })
    expect(message).toMatch(/^report\.pdf: .{10,} \(403 forbidden\)\. .{15,}[.!]$/)
  }
})

test('a code that nobody here wrote is unknown, also one that every object inherits', () => {
  for (const code of ['constructor', 'toString', '__proto__', 'storage/of-a-later-version'])
    expect(faultKind(code)).toBeUndefined()
})

test('docs/faults.md is the catalogue (UPDATE_DOCS=1 writes it anew)', async () => {
  if (process.env.UPDATE_DOCS === '1') await writeFile(DOC, page())
  expect(await readFile(DOC, 'utf8')).toBe(page())
})
