/** After so long without a word the connection counts as broken: the server says something every 15 seconds. */
export const SILENCE = 45_000

const FIRST = 1_000
const LONGEST = 15_000

/** How long to wait before asking again after so many failures, in milliseconds; spread, so that not all readers come at once. */
export function pause(failures: number, random = Math.random()): number {
  return Math.min(LONGEST, FIRST * 2 ** failures) * (0.75 + random / 2)
}
