import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import type { ListProblemsAnswer } from '../../api/operations.ts'
import type { Status } from '../../api/types.ts'
import { statusQuery } from '../../server/live.ts'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Page } from '../../ui/page/page.tsx'
import { ToneShape } from '../../ui/state/state-badge.tsx'
import { MassChangeNotice } from '../overview/mass-change.tsx'
import classes from './page.module.css'
import { Problem } from './problem.tsx'
import { problemsQuery } from './queries.ts'
import { RetryButton } from './retry-button.tsx'
import { addressOf, isAt, keyOf, summary } from './sentences.ts'
import { SkippedItems } from './skipped.tsx'

/** What must I do? Each problem with a sentence of advice and a button, those that need a person first. */
export default function Problems() {
  const query = useQuery(problemsQuery)
  const massChanges = useQuery(statusQuery).data?.mass_changes ?? []
  return (
    <Page title="Problems">
      <Loaded query={query} loading={<LoadingLines lines={4} height={96} />}>
        {(answer) => (
          <>
            <Causes problems={answer.problems} massChanges={massChanges} />
            <SkippedItems groups={answer.skipped} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

interface CausesProps {
  problems: ListProblemsAnswer['problems']
  massChanges: Status['mass_changes']
}

function Causes({ problems, massChanges }: CausesProps) {
  const [address, setAddress] = useSearchParams()
  const all = [...massChanges.map(() => ({ needs_operator: true })), ...problems]
  if (all.length === 0) {
    return (
      <div className={classes.summary}>
        <p>
          <ToneShape tone="proven" size={20} /> <strong>No problem</strong>: nothing keeps a file from being protected.
        </p>
      </div>
    )
  }
  const files = problems.filter(({ kind }) => kind === 'files')
  return (
    <>
      <div className={classes.summary}>
        <p aria-live="polite">{summary(all)}</p>
        {files.length > 1 && <RetryButton label="Retry all files" />}
      </div>
      {massChanges.map(({ source, name, ...massChange }) => (
        <MassChangeNotice key={source} source={source} name={name} massChange={massChange} />
      ))}
      {problems.map((problem) => (
        <Problem
          key={keyOf(problem)}
          problem={problem}
          opened={isAt(problem, address)}
          toggle={(open) => setAddress(open ? addressOf(problem) : {}, { replace: true })}
        />
      ))}
    </>
  )
}
