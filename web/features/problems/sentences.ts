import type { ProblemGroup } from '../../api/types.ts'
import { plural } from '../../ui/format.ts'

/** What is wrong in one sentence, above all causes. */
export function summary(problems: readonly Pick<ProblemGroup, 'failed' | 'waiting' | 'needs_operator'>[]): string {
  const files = problems.reduce((sum, { failed, waiting }) => sum + failed + waiting, 0)
  const causes = problems.length === 1 ? 'One cause keeps' : `${problems.length} causes keep`
  const urgent = problems.filter((one) => one.needs_operator).length
  const need = urgent === 0 ? 'none needs you.' : urgent === 1 ? 'one needs you.' : `${urgent} need you.`
  const what = `${causes} ${plural(files, 'file')} from being protected`
  if (problems.length === 1) return urgent === 1 ? `${what}, and it needs you.` : `${what}; it mends itself.`
  return `${what}; ${need}`
}

/** How many files a cause concerns, and what becomes of them without anybody doing anything. */
export function outlook({ failed, waiting }: Pick<ProblemGroup, 'failed' | 'waiting'>): string {
  const tried =
    waiting > 0 ? [`${plural(waiting, 'file')} will be tried again by ${waiting === 1 ? 'itself' : 'themselves'}`] : []
  const given =
    failed > 0 ? [`${plural(failed, 'file')} failed for now: tried again daily, on a change, or by the button`] : []
  return `${[...given, ...tried].join('; ')}.`
}

/** Where a person can do something about a fault; null: nowhere in the dashboard. */
export function placeOf(fault: string): { to: string; label: string } | null {
  if (fault.startsWith('google/')) return { to: '/sources', label: 'Go to Sources' }
  if (fault.startsWith('s3/')) return { to: '/destinations', label: 'Go to Destinations' }
  return null
}
