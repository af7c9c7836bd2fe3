import { once } from 'node:events'
import { EXIT } from './refusal.ts'

/** Writes one line to stdout; waits while the reader is slower than we are. */
export async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
}

/** A line for people, where stdout may be read by a program. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Writes a list as one JSON array, element by element, so that it may be of any length. */
export async function printArray(elements: AsyncIterable<object>): Promise<void> {
  let before = '['
  for await (const element of elements) {
    await print(`${before}${JSON.stringify(element)}`)
    before = ','
  }
  await print(before === '[' ? '[]' : ']')
}

/**
 * A reader that has seen enough (`| head`) ends the program quietly, and a full disk under the output with a message. What
 * goes wrong with stderr ends nothing: a terminal may be gone.
 */
export function watchOutput(): void {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit()
    const full = code === 'ENOSPC' || code === 'EDQUOT'
    const why = full ? `no space left (${code}). Make room there` : `${message}. Check what it goes to`
    note(`drivekeep: the output cannot be written: ${why}, or send it elsewhere.`)
    process.exit(EXIT.failed)
  })
  process.stderr.on('error', () => {})
}
