import { useQuery } from '@tanstack/react-query'
import { Advice } from '../../ui/advice.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { plural } from '../../ui/format.ts'
import { Link } from '../../ui/link.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Section } from '../../ui/section.tsx'
import { ToneShape } from '../../ui/state-badge.tsx'
import { problemsQuery } from '../problems/queries.ts'
import { addressOf, heading, keyOf } from '../problems/sentences.ts'
import classes from './top-problems.module.css'

const SHOWN = 3

/** The worst that is wrong, each with what to do; all of it is on the page Problems. */
export function TopProblems({ wrong }: { wrong: boolean }) {
  const query = useQuery({ ...problemsQuery, enabled: wrong })
  return (
    <Section title="Problems" aside={<Link to="/problems">All problems</Link>}>
      <div className={classes.body} data-live>
        {wrong ? (
          <Loaded query={query}>
            {({ problems }) =>
              problems.length === 0 ? (
                <NoProblem />
              ) : (
                <ul className={classes.list}>
                  {problems.slice(0, SHOWN).map((problem) => (
                    <li key={keyOf(problem)} className={classes.problem}>
                      <ToneShape tone={problem.needs_operator ? 'act' : 'mending'} />
                      <div>
                        <Link to={`/problems?${addressOf(problem)}`}>{heading(problem)}</Link>
                        <span className={classes.count}>
                          {problem.failed + problem.waiting > 0 &&
                            ` · ${plural(problem.failed + problem.waiting, 'file')}`}
                        </span>
                        <p className={classes.hint}>
                          <Advice>{problem.hint ?? 'It mends itself.'}</Advice>
                        </p>
                      </div>
                    </li>
                  ))}
                </ul>
              )
            }
          </Loaded>
        ) : (
          <NoProblem />
        )}
      </div>
    </Section>
  )
}

function NoProblem() {
  return (
    <EmptyState title="No problem">
      When a file cannot be stored, or Google or a storage does not answer, what to do about it stands here.
    </EmptyState>
  )
}
