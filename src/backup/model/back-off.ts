/**
 * The pause before another attempt: `firstMs × 2^(tries - 1)`, at most `longestMs`; ± 20 % by `random` (0..1), so that what
 * failed together does not come back together. `tries` counts the one that failed, from 1. Pure.
 */
export function backOff(
  tries: number,
  { firstMs, longestMs }: { firstMs: number; longestMs: number },
  random: number,
): number {
  // Beyond 2^30 times the first pause every one is the longest.
  const base = Math.min(firstMs * 2 ** Math.min(tries - 1, 30), longestMs)
  return Math.min(Math.round(base * (0.8 + 0.4 * random)), longestMs)
}
