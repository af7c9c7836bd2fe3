import type { Report } from './report.ts'

/** How the rows are to be run. */
export interface Settings {
  /** Measured runs of each contender; figures are medians. */
  runs: number
  /** Smaller counts: to see whether it works, not how fast. */
  quick: boolean
  /** The contenders that are wanted, or null for all. */
  only: readonly string[] | null
  /** A commit: its program is the only peer, and figures are the present one's ÷ its; null: the usual peers. */
  against: string | null
  /** How many files, where a row lets it be chosen; null: the usual number. */
  count: number | null
  /** Tells what is going on; not part of the result. */
  say(line: string): void
}

export interface Row {
  /** One line for `--help`. */
  about: string
  run(settings: Settings): Promise<Report>
}
