import { Button } from '@mantine/core'
import type { ProblemGroup } from '../../api/types.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { plural } from '../../ui/data/format.ts'
import { RawAnswer } from '../../ui/page/error-state.tsx'
import { Link } from '../../ui/page/link.tsx'
import { Section } from '../../ui/page/section.tsx'
import { Advice } from '../../ui/state/advice.tsx'
import { NextTry } from '../../ui/state/outage.tsx'
import { StateBadge } from '../../ui/state/state-badge.tsx'
import classes from './problem.module.css'
import { ProblemFiles } from './problem-files.tsx'
import { RetryButton, TryNowButton } from './retry-button.tsx'
import { heading, outlook, placeOf, remedyOf } from './sentences.ts'

interface Props {
  problem: ProblemGroup
  /** Whether its files are listed. */
  opened: boolean
  toggle: (open: boolean) => void
}

/** One problem: what to do, what becomes of its files, and the files. */
export function Problem({ problem, opened, toggle }: Props) {
  const { kind, fault, hint, needs_operator: needsPerson, detail, since, next_attempt: next } = problem
  const way = !needsPerson ? null : kind === 'files' || kind === 'unremoved' ? placeOf(fault) : remedyOf(problem)
  return (
    <Section title={heading(problem)} aside={<Again problem={problem} />}>
      <div className={classes.problem}>
        <p className={classes.advice}>
          <StateBadge tone={needsPerson ? 'act' : 'mending'}>{needsPerson ? 'Action needed' : 'Retrying'}</StateBadge>
          <span>
            {hint !== null && <Advice>{hint}</Advice>} {way !== null && <Link to={way.to}>{way.label}</Link>}
          </span>
        </p>
        <p className={classes.outlook}>
          {since !== null && (
            <>
              It began <Time at={since} end="." />{' '}
            </>
          )}
          {outlook(problem)} {next !== null && <NextTry at={next} />}
        </p>
        {detail !== null && <RawAnswer text={detail} />}
        {kind === 'files' && (
          <>
            <Button
              variant="transparent"
              size="compact-sm"
              px={0}
              aria-expanded={opened}
              onClick={() => toggle(!opened)}
            >
              {opened ? 'Hide the files' : 'Show the files'}
            </Button>
            {opened ? <ProblemFiles problem={problem} /> : <Examples problem={problem} />}
          </>
        )}
      </div>
    </Section>
  )
}

function Again({ problem }: { problem: ProblemGroup }) {
  const { kind, failed, waiting } = problem
  if (kind === 'unremoved') return null
  if (kind !== 'files') return <TryNowButton />
  const files = failed + waiting
  return <RetryButton problem={problem} label={files === 1 ? 'Retry' : `Retry ${plural(files, 'file')}`} />
}

/** A few files without asking for more: often they say enough. */
function Examples({ problem }: { problem: ProblemGroup }) {
  return (
    <ul className={classes.examples}>
      {problem.examples.map(({ id, path, detail }) => (
        <li key={id}>
          <Link to={`/files/${id}`}>{path}</Link>
          {detail !== null && <span className={classes.error}>{detail}</span>}
        </li>
      ))}
    </ul>
  )
}
