import { stripVTControlCharacters } from 'node:util'
import type { BackupEvent } from '../../backup/model/parts.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import { type Backlog, backlog } from '../../catalog/read/backlog.ts'
import { visible } from '../../log/visible.ts'
import { note } from './print.ts'
import { type Progress, progressLine } from './progress-line.ts'

/** How often the line is drawn on a terminal, and written elsewhere (ms). */
const DRAW_EVERY = 250
const WRITE_EVERY = 5000
/** Rates are of the last so many ms. */
const RATE_OVER = 15_000
/** So many outcomes may wait to be written down. */
const UNRECORDED = 100

/** Shows on stderr how far a run has come: on a terminal in one line that changes, elsewhere a plain line now and then. */
export class ProgressDisplay {
  readonly #db: CatalogDatabase
  readonly #terminal = process.stderr.isTTY === true
  readonly #samples: { at: number; files: number; bytes: number }[] = []
  readonly #inFlight = new Map<number, number>()
  #filesDone = 0
  #bytesDone = 0
  #pause: Progress['pause'] = null
  /** What there is in all, done and to be done. */
  #total = { files: 0, bytes: 0 }
  #written = ''
  #timer: NodeJS.Timeout | undefined
  #drawing: Promise<void> = Promise.resolve()

  constructor(db: CatalogDatabase) {
    this.#db = db
  }

  start(): void {
    this.#timer = setInterval(
      () => {
        this.#drawing = this.#drawing.then(() => this.#draw()).catch(() => {}) // a display stops nothing
      },
      this.#terminal ? DRAW_EVERY : WRITE_EVERY,
    )
  }

  /** Takes the line off the terminal, so that something else can be written. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#drawing
    if (this.#terminal) process.stderr.write('\r\x1b[K')
  }

  /** A line that stays, above the one that changes. */
  say(line: string): void {
    if (this.#terminal) process.stderr.write('\r\x1b[K')
    note(line)
  }

  tell(event: BackupEvent): void {
    switch (event.type) {
      case 'cycle-started':
        this.#pause = null
        this.#total = { files: 0, bytes: 0 } // to be counted anew
        return
      case 'cycle-ended':
        this.#pause = { reason: event.result.fault?.message ?? null }
        return
      case 'transfer-progress':
        this.#inFlight.set(event.row, event.bytes)
        return
      case 'file-done': {
        const { file, copies, end } = event.outcome
        this.#inFlight.delete(file.row)
        if (end.status !== 'pending') this.#filesDone += 1
        this.#bytesDone += Math.max(0, ...copies.map((copy) => copy.stored.size))
      }
    }
  }

  async #draw(): Promise<void> {
    if (!this.#terminal && this.#pause !== null) return // what is waited for has been said
    const now = Date.now()
    const known = await backlog(this.#db)
    this.#setTotal(known)
    const line = visible(stripVTControlCharacters(progressLine(this.#progress(known, now), now)))
    if (this.#terminal) process.stderr.write(`\r${line.slice(0, (process.stderr.columns || 80) - 1)}\x1b[K`)
    else if (line !== this.#written) note(line)
    this.#written = line
  }

  /**
   * What has just been done is written down a little later, and until then is counted as pending too. So a sum that is
   * higher by no more than that changes nothing; a lower one is nearer to the truth.
   */
  #setTotal({ files, bytes, scanning }: Backlog): void {
    const sum = { files: this.#filesDone + files, bytes: this.#bytesDone + bytes }
    const known = this.#total.files
    if (scanning || sum.files < known || sum.files > known + UNRECORDED) this.#total = sum
  }

  #progress(known: Backlog, now: number): Progress {
    const bytesDone = this.#bytesDone + [...this.#inFlight.values()].reduce((sum, bytes) => sum + bytes, 0)
    const sample = { at: now, files: this.#filesDone, bytes: bytesDone }
    this.#samples.push(sample)
    while (this.#samples.length > 1 && (this.#samples[0]?.at ?? now) < now - RATE_OVER) this.#samples.shift()
    const first = this.#samples[0] ?? sample
    const seconds = Math.max(0.25, (now - first.at) / 1000)
    return {
      filesDone: this.#filesDone,
      bytesDone,
      fileRate: (sample.files - first.files) / seconds,
      byteRate: Math.max(0, sample.bytes - first.bytes) / seconds,
      backlog: {
        ...known,
        files: Math.max(0, this.#total.files - this.#filesDone),
        bytes: Math.max(0, this.#total.bytes - bytesDone),
      },
      pause: this.#pause,
    }
  }
}
