/** Runs a bounded number of tasks at once. The first failure stops the intake; what runs already is waited for. */
export class Lanes {
  readonly #width: number
  readonly #running = new Set<Promise<void>>()
  #failure: { error: unknown } | null = null

  constructor(width: number) {
    this.#width = width
  }

  /** Starts the task as soon as a lane is free. After a failure it throws that instead, and starts nothing. */
  async start(task: () => Promise<void>): Promise<void> {
    while (this.#failure === null && this.#running.size >= this.#width) await Promise.race(this.#running)
    if (this.#failure !== null) throw this.#failure.error
    const run = task()
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  /** Waits for all that was started, and never throws. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }

  /** Waits for all that was started and throws the first failure. */
  async finish(): Promise<void> {
    await this.settled()
    if (this.#failure !== null) throw this.#failure.error
  }
}
