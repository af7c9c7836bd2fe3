import { Button } from '@mantine/core'
import type { ProblemGroup } from '../../api/types.ts'
import { Advice } from '../../ui/advice.tsx'
import { Time } from '../../ui/amounts.tsx'
import { plural } from '../../ui/format.ts'
import { Link } from '../../ui/link.tsx'
import { Section } from '../../ui/section.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import classes from './problem.module.css'
import { ProblemFiles } from './problem-files.tsx'
import { RetryButton } from './retry-button.tsx'
import { outlook, placeOf } from './sentences.ts'

interface Props {
  problem: ProblemGroup
  /** Whether its files are listed. */
  opened: boolean
  toggle: (open: boolean) => void
}

/** One cause: what to do, what becomes of its files, and the files. */
export function Problem({ problem, opened, toggle }: Props) {
  const { fault, title, hint, needs_operator: needsPerson, failed, waiting, next_attempt: next } = problem
  const way = needsPerson ? placeOf(fault) : null
  return (
    <Section
      title={title}
      aside={
        <RetryButton
          fault={fault}
          label={failed + waiting === 1 ? 'Retry' : `Retry ${plural(failed + waiting, 'file')}`}
        />
      }
    >
      <div className={classes.problem}>
        <p className={classes.advice}>
          <StateBadge tone={needsPerson ? 'act' : 'mending'}>{needsPerson ? 'Needs you' : 'Mends itself'}</StateBadge>
          <span>
            <Advice>{hint ?? 'Nothing to do: it is tried again by itself.'}</Advice>{' '}
            {way !== null && <Link to={way.to}>{way.label}</Link>}
          </span>
        </p>
        <p className={classes.outlook}>
          {outlook(problem)}{' '}
          {next !== null && (
            <>
              Next attempt <Time at={next} end="." />
            </>
          )}
        </p>
        <Button variant="transparent" size="compact-sm" px={0} aria-expanded={opened} onClick={() => toggle(!opened)}>
          {opened ? 'Hide the files' : 'Show the files'}
        </Button>
        {opened ? <ProblemFiles fault={fault} title={title} /> : <Examples problem={problem} />}
      </div>
    </Section>
  )
}

/** A few files without asking for more: often they say enough. */
function Examples({ problem }: { problem: ProblemGroup }) {
  return (
    <ul className={classes.examples}>
      {problem.examples.map(({ id, path, error }) => (
        <li key={id}>
          <Link to={`/files/${id}`}>{path}</Link>
          <span className={classes.error}>{error}</span>
        </li>
      ))}
    </ul>
  )
}
