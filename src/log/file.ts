import { basename, dirname } from 'node:path'
import { createStream, type RotatingFileStream } from 'rotating-file-stream'
import { makeFolder } from '../make-folder.ts'

/** What is kept: the file being written and five older ones of 10 MB each. */
const SIZE = '10M'
const OLDER_FILES = 5
/** When the disk cannot keep up, lines are dropped rather than kept in memory. */
const MOST_WAITING = 16 * 1024 * 1024
/** A file that cannot be written is tried again after so long: a full disk has room again some day. */
const REOPEN_AFTER_MS = 60_000

/**
 * A log file of bounded size. A fault of it never stops the program: it is told once through `complain`, lines are
 * dropped, and the file is opened again later.
 */
export class LogFile {
  readonly #path: string
  readonly #complain: (message: string) => void
  #stream: RotatingFileStream | null = null
  #reopenAt = 0
  #complained = false

  constructor(path: string, complain: (message: string) => void) {
    this.#path = path
    this.#complain = complain
    this.#open()
  }

  write(line: string): void {
    if (this.#stream === null && Date.now() >= this.#reopenAt) this.#open()
    if (this.#stream !== null && this.#stream.writableLength < MOST_WAITING) this.#stream.write(line)
  }

  /** Writes what is waiting. */
  async close(): Promise<void> {
    const stream = this.#stream
    this.#stream = null
    this.#reopenAt = Number.POSITIVE_INFINITY
    if (stream === null || stream.destroyed) return
    await new Promise<void>((resolve) => {
      stream.once('close', resolve)
      stream.once('error', () => resolve())
      stream.end(() => resolve())
    })
  }

  #open(): void {
    try {
      makeFolder(dirname(this.#path))
      const stream = createStream(basename(this.#path), {
        path: dirname(this.#path),
        size: SIZE,
        rotate: OLDER_FILES,
        mode: 0o640,
      })
      stream.on('error', (error) => this.#broken(error))
      stream.once('open', () => {
        this.#complained = false
      })
      this.#stream = stream
    } catch (error) {
      this.#broken(error as Error)
    }
  }

  #broken(error: Error): void {
    this.#stream?.destroy()
    this.#stream = null
    this.#reopenAt = Math.max(this.#reopenAt, Date.now() + REOPEN_AFTER_MS)
    if (this.#complained) return
    this.#complained = true
    this.#complain(
      `the log file ${this.#path} cannot be written (${error.message}), so the log goes to the terminal alone. ` +
        'Make its folder writable for this user or make room on the disk, or set daemon.log_file to another file or to null.',
    )
  }
}
