import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { ProblemGroup, Status } from '../../api/types.ts'
import { plural } from '../../ui/data/format.ts'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { Link } from '../../ui/page/link.tsx'
import { Loaded } from '../../ui/page/loaded.tsx'
import { Section } from '../../ui/page/section.tsx'
import { Advice } from '../../ui/state/advice.tsx'
import { ToneShape } from '../../ui/state/state-badge.tsx'
import { problemsQuery } from '../problems/queries.ts'
import { addressOf, heading, keyOf } from '../problems/sentences.ts'
import { massChangeSentence } from './mass-change-words.ts'
import classes from './top-problems.module.css'

const SHOWN = 3

/** The worst that is wrong, each with what to do; all of it is on the page Problems. */
export function TopProblems({ problems: count, mass_changes: massChanges }: Pick<Status, 'problems' | 'mass_changes'>) {
  const wrong = count > 0
  const query = useQuery({ ...problemsQuery, enabled: wrong })
  const { refetch } = query
  useEffect(() => {
    // What is shown meanwhile is the list as it was before.
    if (count > 0) void refetch()
  }, [count, refetch])
  return (
    <Section title="Problems" aside={<Link to="/problems">All problems</Link>}>
      <div className={classes.body} data-live>
        {wrong ? (
          <Loaded query={query}>
            {({ problems }) => (
              <ul className={classes.list}>
                {massChanges.map((massChange) => (
                  <li key={massChange.source} className={classes.problem}>
                    <ToneShape tone="act" />
                    <Link to="/problems">{massChangeSentence(massChange)}</Link>
                  </li>
                ))}
                {problems.slice(0, SHOWN).map((problem) => (
                  <Top key={keyOf(problem)} problem={problem} />
                ))}
              </ul>
            )}
          </Loaded>
        ) : (
          <NoProblem />
        )}
      </div>
    </Section>
  )
}

function Top({ problem }: { problem: ProblemGroup }) {
  const { needs_operator: needsPerson, failed, waiting, hint } = problem
  const files = failed + waiting
  return (
    <li className={classes.problem}>
      <ToneShape tone={needsPerson ? 'act' : 'mending'} />
      <div>
        <Link to={`/problems?${addressOf(problem)}`}>{heading(problem)}</Link>
        <span className={classes.count}>{files > 0 && ` · ${plural(files, 'file')}`}</span>
        <p className={classes.hint}>
          <Advice>{hint ?? 'We keep trying.'}</Advice>
        </p>
      </div>
    </li>
  )
}

function NoProblem() {
  return <EmptyState title="No problem">Problems appear here with what to do.</EmptyState>
}
