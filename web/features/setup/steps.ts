/** The steps of the set-up, in their order, and where to go on: found anew from what is done, so that nothing is lost. */
export const STEPS = ['account', 'google', 'selection', 'destination', 'start'] as const
export type Step = (typeof STEPS)[number]

export const TITLES: Record<Step, string> = {
  account: 'Your account',
  google: 'Connect to Google',
  selection: 'What to back up',
  destination: 'Where to keep it',
  start: 'Start',
}

/** What the server says is done. */
export interface Done {
  needs_account: boolean
  steps: { google: boolean; selection: boolean; destination: boolean; started: boolean } | null
}

export function isDone(step: Step, { needs_account, steps }: Done): boolean {
  switch (step) {
    case 'account':
      return !needs_account
    case 'start':
      return steps?.started ?? false
    case 'google':
    case 'selection':
    case 'destination':
      return steps?.[step] ?? false
  }
}

/** The step to show: the one the address asks for, if it can be taken, or else the first that is not done. */
export function stepToShow(asked: string | null, done: Done): Step {
  if (done.needs_account) return 'account'
  const wanted = STEPS.find((step) => step === asked)
  if (wanted !== undefined && mayOpen(wanted, done)) return wanted
  return STEPS.find((step) => !isDone(step, done)) ?? 'start'
}

/** The account comes first and once; choosing folders needs Google; the rest may be done in any order. */
export function mayOpen(step: Step, done: Done): boolean {
  if (step === 'account') return done.needs_account
  if (done.needs_account) return false
  return step !== 'selection' || isDone('google', done)
}

export function stepBehind(step: Step): Step | null {
  return STEPS[STEPS.indexOf(step) + 1] ?? null
}

export function stepBefore(step: Step): Step | null {
  const before = STEPS[STEPS.indexOf(step) - 1] ?? null
  return before === 'account' ? null : before
}

/** The set-up token that a printed link carries behind its `#`, where no server and no log sees it. */
export function tokenIn(fragment: string): string {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('token')?.trim() ?? ''
}
