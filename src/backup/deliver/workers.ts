import type { Wake } from './signal.ts'

/** Work beside the turns of delivering. The first bug is kept; being told to stop is none. */
export class Workers {
  readonly #wake: Wake
  readonly #abort: AbortSignal
  #busy = 0
  bug: { error: unknown } | null = null

  constructor(wake: Wake, abort: AbortSignal) {
    this.#wake = wake
    this.#abort = abort
  }

  get busy(): boolean {
    return this.#busy > 0
  }

  start(work: () => Promise<void>): void {
    this.#busy += 1
    void this.#run(work)
  }

  async #run(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!this.#abort.aborted || error !== this.#abort.reason) this.bug ??= { error }
    } finally {
      this.#busy -= 1
      this.#wake.now()
    }
  }

  async finished(): Promise<void> {
    while (this.busy) await this.#wake.next
  }
}
