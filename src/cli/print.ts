import { once } from 'node:events'

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

/** A reader that has seen enough (`| head`) ends the program quietly; a terminal that is gone ends nothing. */
export function tolerateClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
  process.stderr.on('error', () => {})
}
