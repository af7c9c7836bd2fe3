/** What the caller wants done before bytes become visible: once, however often the upload is tried. */
export class BeforeVisible {
  /** It threw, so the upload itself is in order. */
  failed = false
  readonly given: boolean
  #run: (() => Promise<void>) | undefined

  constructor(run: (() => Promise<void>) | undefined) {
    this.given = run !== undefined
    this.#run = run
  }

  async run(): Promise<void> {
    const run = this.#run
    this.#run = undefined
    try {
      await run?.()
    } catch (error) {
      this.failed = true
      throw error
    }
  }
}
