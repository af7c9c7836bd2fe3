import { useLocation } from 'wouter'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { ButtonLink } from '../../ui/page/link.tsx'
import classes from './setup.module.css'
import { type Step, stepBefore, stepBehind, TITLES } from './steps.ts'

/** Back and on, at the foot of a step. `because`: why it cannot go on yet. */
export function WayOn({ step, because = null }: { step: Step; because?: string | null }) {
  const [, navigate] = useLocation()
  const next = stepBehind(step)
  return (
    <div className={classes.way}>
      <WayBack step={step} />
      {next !== null && (
        <ExplainedButton because={because} onClick={() => navigate(`/setup/${next}`)}>
          {`Next: ${TITLES[next]}`}
        </ExplainedButton>
      )}
    </div>
  )
}

export function WayBack({ step }: { step: Step }) {
  const before = stepBefore(step)
  if (before === null) return null
  return (
    <ButtonLink to={`/setup/${before}`} variant="default">
      Back
    </ButtonLink>
  )
}
