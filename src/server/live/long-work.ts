/** How long somebody waits for work before it goes on behind the answer (ms). */
const ANSWER_WITHIN_MS = 500

export interface LongWorkParts {
  /** Ms that only grow. */
  now: () => number
  rest: (ms: number) => Promise<void>
  /** Hears of what went wrong once nobody waits for it any more. */
  failed: (error: unknown) => void
}

/**
 * Work on very many rows, done in steps. Between two steps it rests as long as the step took, so that whoever else writes the
 * catalog has at least half of its time. The same work is not begun a second time while it goes on.
 */
export class LongWork {
  readonly #parts: LongWorkParts
  readonly #running = new Map<string, Promise<void>>()
  #ended = false

  constructor(parts: LongWorkParts) {
    this.#parts = parts
  }

  /** Resolves when it is done, or soon with it still going on. `told` is called after the first step and at the end. */
  async run(name: string, steps: () => AsyncGenerator<unknown>, told: () => Promise<void>): Promise<void> {
    const { rest, failed } = this.#parts
    let work = this.#running.get(name)
    if (work === undefined) {
      work = this.#carryOut(steps(), told).finally(() => this.#running.delete(name))
      this.#running.set(name, work)
    }
    const done = work.then(() => true)
    const inTime = await Promise.race([done, rest(ANSWER_WITHIN_MS).then(() => false)])
    if (!inTime) work.catch(failed)
  }

  async #carryOut(steps: AsyncGenerator<unknown>, told: () => Promise<void>): Promise<void> {
    const { now, rest } = this.#parts
    let [first, before] = [true, now()]
    for await (const _ of steps) {
      if (this.#ended) return
      if (first) await told()
      first = false
      await rest(now() - before)
      before = now()
    }
    await told()
  }

  /** What is not done by now is left. */
  end(): void {
    this.#ended = true
  }
}
