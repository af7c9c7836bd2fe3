const APART_MS = 60_000

/** Passes on at most one error a minute: what fails once a second says the same each time. */
export function rateLimited(now: () => number, tell: (error: unknown) => void): (error: unknown) => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return (error) => {
    // Also where the clock was set back.
    if (Math.abs(now() - toldAt) < APART_MS) return
    toldAt = now()
    tell(error)
  }
}
