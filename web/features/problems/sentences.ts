import type { ProblemGroup } from '../../api/types.ts'
import { plural } from '../../ui/data/format.ts'

/** How many problems there are and how many need somebody, above all of them. */
export function summary(problems: readonly Pick<ProblemGroup, 'needs_operator'>[]): string {
  const urgent = problems.filter((one) => one.needs_operator).length
  if (problems.length === 1) return urgent === 1 ? 'One problem, and it needs action.' : 'One problem; we keep trying.'
  const need = urgent === 0 ? 'none needs action.' : urgent === 1 ? 'one needs action.' : `${urgent} need action.`
  return `${problems.length} problems; ${need}`
}

type Named = Pick<ProblemGroup, 'kind' | 'name' | 'fault'>

/** What it is called: with the name of the source or destination, so that two with the same fault are told apart. */
export function heading({ kind, name, title }: Pick<ProblemGroup, 'kind' | 'name' | 'title'>): string {
  if (name === null) return title
  return kind === 'files' || kind === 'unremoved' ? `${title} (${name})` : `${name}: ${title}`
}

export function keyOf({ kind, name, fault }: Named): string {
  return `${kind} ${name} ${fault}`
}

/** Its part of the page’s address. */
export function addressOf({ kind, name, fault }: Named): string {
  return new URLSearchParams({ fault, kind, ...(name === null ? {} : { name }) }).toString()
}

export function isAt(problem: Named, address: URLSearchParams): boolean {
  return addressOf(problem) === address.toString()
}

/** What has become of it so far, and what will without anybody doing anything. */
export function outlook({
  kind,
  failed,
  waiting,
  attempts,
}: Pick<ProblemGroup, 'kind' | 'failed' | 'waiting' | 'attempts'>): string {
  const tried = attempts > 0 ? `tried ${plural(attempts, 'time')}` : ''
  if (kind === 'unremoved') return 'Every file is protected: these are older objects that could not be removed.'
  if (kind !== 'files') {
    const waits =
      waiting === 0 ? 'Nothing waits for it' : `${plural(waiting, 'file')} ${waiting === 1 ? 'waits' : 'wait'} for it`
    return tried === '' ? `${waits}.` : `${waits}; ${tried}.`
  }
  const given = failed === 0 ? [] : [`${plural(failed, 'file')} failed${tried === '' ? '' : `: ${tried}`}`]
  const again = waiting === 0 ? [] : [`${plural(waiting, 'file')} ${waiting === 1 ? 'is' : 'are'} tried again soon`]
  return `${[...given, ...again].join('; ')}.`
}

/** Where a person can do something about a fault; null: nowhere in the dashboard. */
export function placeOf(fault: string): { to: string; label: string } | null {
  if (fault === 'google/sign-in-ended' || fault === 'google/scope-missing')
    return { to: '/sources', label: 'Connect again' }
  if (fault.startsWith('google/')) return { to: '/sources', label: 'Go to Sources' }
  if (fault.startsWith('storage/')) return { to: '/destinations', label: 'Go to Destinations' }
  return fault === 'local/settings-unusable' ? { to: '/settings', label: 'Go to Settings' } : null
}

/** The first thing to do about something that does not work. */
export function remedyOf({ kind, fault }: Pick<ProblemGroup, 'kind' | 'fault'>): { to: string; label: string } {
  if (kind === 'destination') return { to: '/destinations', label: 'Test it' }
  return placeOf(fault) ?? { to: '/problems', label: 'See details' }
}
