import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'wouter'
import type { ListProblemsAnswer } from '../../api/operations.ts'
import { statusQuery } from '../../server/live.ts'
import { ButtonLink } from '../../ui/link.tsx'
import { Loaded, LoadingLines } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { ToneShape } from '../../ui/state-badge.tsx'
import { TroubleNotice } from '../../ui/trouble.tsx'
import { LeftOut } from './left-out.tsx'
import classes from './page.module.css'
import { Problem } from './problem.tsx'
import { problemsQuery } from './queries.ts'
import { RetryButton } from './retry-button.tsx'
import { placeOf, summary } from './sentences.ts'

/** What must I do? Each cause with a sentence of advice and a button, those that need a person first. */
export default function Problems() {
  const query = useQuery(problemsQuery)
  const trouble = useQuery(statusQuery).data?.trouble ?? null
  const way = trouble === null ? null : placeOf(trouble.fault)
  return (
    <Page title="Problems">
      {trouble !== null && (
        <TroubleNotice
          trouble={trouble}
          action={trouble.needs_operator && way !== null && <ButtonLink to={way.to}>{way.label}</ButtonLink>}
        />
      )}
      <Loaded query={query} loading={<LoadingLines lines={4} height={96} />}>
        {(answer) => (
          <>
            <Causes problems={answer.problems} />
            <LeftOut groups={answer.skipped} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Causes({ problems }: { problems: ListProblemsAnswer['problems'] }) {
  const [address, setAddress] = useSearchParams()
  if (problems.length === 0) {
    return (
      <div className={classes.summary}>
        <p>
          <ToneShape tone="proven" size={20} /> <strong>No problem</strong>: nothing keeps a file from being protected.
        </p>
      </div>
    )
  }
  const opened = address.get('fault')
  return (
    <>
      <div className={classes.summary}>
        <p aria-live="polite">{summary(problems)}</p>
        {problems.length > 1 && <RetryButton fault={null} label="Retry all" />}
      </div>
      {problems.map((problem) => (
        <Problem
          key={problem.fault}
          problem={problem}
          opened={problem.fault === opened}
          toggle={(open) => setAddress(open ? { fault: problem.fault } : {}, { replace: true })}
        />
      ))}
    </>
  )
}
