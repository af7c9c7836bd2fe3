import { Link } from 'wouter'
import { ToneShape } from '../../ui/state/state-badge.tsx'
import classes from './setup.module.css'
import { type Done, isDone, mayOpen, STEPS, type Step, TITLES } from './steps.ts'

/** Where one is, what is done, and the way back to it. */
export function StepList({ done, current }: { done: Done; current: Step }) {
  return (
    <nav aria-label="Steps of the set-up">
      <p className={classes.where}>
        Step {STEPS.indexOf(current) + 1} of {STEPS.length}
      </p>
      <ol className={classes.steps}>
        {STEPS.map((step, at) => {
          const finished = isDone(step, done)
          const open = mayOpen(step, done) && step !== current
          const label = (
            <>
              {finished ? <ToneShape tone="proven" size={20} /> : <span className={classes.number}>{at + 1}</span>}
              <span className={classes.stepTitle}>{TITLES[step]}</span>
              <span className="visually-hidden">{finished ? ', done' : ''}</span>
            </>
          )
          return (
            <li key={step} data-current={step === current || undefined}>
              {open ? (
                <Link href={`/setup/${step}`} className={classes.stepLink}>
                  {label}
                </Link>
              ) : (
                <span className={classes.stepLink} aria-current={step === current ? 'step' : undefined}>
                  {label}
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
