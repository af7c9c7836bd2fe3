import type { Report } from './report.ts'

/** How the rows are to be run. */
export interface Settings {
  /** Measured runs of each contender; figures are medians. */
  runs: number
  /** Smaller counts: to see whether it works, not how fast. */
  quick: boolean
  /** The contenders that are wanted, or null for all. */
  only: readonly string[] | null
  /** Tells what is going on; not part of the result. */
  say(line: string): void
}

export interface Row {
  /** One line for `--help`. */
  about: string
  run(settings: Settings): Promise<Report>
}
