import classes from './checks.module.css'
import { ToneShape } from './state-badge.tsx'

interface Props {
  label: string
  checks: readonly { step: string; ok: boolean; message: string }[]
}

/** The steps of a test in the order in which they were made, each with what it found. */
export function Checks({ label, checks }: Props) {
  return (
    <ol className={classes.list} aria-label={label}>
      {checks.map(({ step, ok, message }) => (
        <li key={step} className={classes.step} data-failed={!ok || undefined}>
          <ToneShape tone={ok ? 'proven' : 'act'} />
          <span className={classes.name}>
            {step.slice(0, 1).toUpperCase() + step.slice(1)}
            <span className="visually-hidden">{ok ? ': passed,' : ': failed,'}</span>
          </span>
          <span className={classes.message}>{message}</span>
        </li>
      ))}
    </ol>
  )
}
