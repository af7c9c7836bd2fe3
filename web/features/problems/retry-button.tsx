import { useMutation, useQueryClient } from '@tanstack/react-query'
import { retryFile, retryProblems, syncNow } from '../../api/operations.ts'
import type { ProblemGroup } from '../../api/types.ts'
import { useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { plural } from '../../ui/data/format.ts'
import { ErrorState } from '../../ui/page/error-state.tsx'
import classes from './retry-button.module.css'

interface Props {
  label: string
  /** Which problem’s files; null: all. */
  problem?: Pick<ProblemGroup, 'fault' | 'name'> | null
  /** One file alone, by its number. */
  file?: number
}

/** Tries again now, and says beside itself what came of the pressing. */
export function RetryButton({ label, problem = null, file }: Props) {
  const client = useQueryClient()
  const forbidden = useForbidden('control')
  const retry = useMutation({
    mutationFn: () =>
      file === undefined ? retryProblems({ body: bodyFor(problem) }) : retryFile({ path: { id: file } }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['problems'] })
      void client.invalidateQueries({ queryKey: ['problem-files'] })
    },
  })
  return (
    <div className={classes.retry}>
      <span role="status" className={classes.said}>
        {retry.data !== undefined &&
          `${plural(retry.data.retried, 'file')} ${retry.data.retried === 1 ? 'is' : 'are'} being tried again.`}
      </span>
      <ExplainedButton
        size={file === undefined ? 'sm' : 'compact-sm'}
        variant="default"
        because={forbidden}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        {label}
      </ExplainedButton>
      {retry.error !== null && <ErrorState error={retry.error} />}
    </div>
  )
}

function bodyFor(problem: Pick<ProblemGroup, 'fault' | 'name'> | null) {
  return problem === null ? { fault: null } : { fault: problem.fault, destination: problem.name ?? '' }
}

/** Tries a source or destination now instead of later. */
export function TryNowButton() {
  const client = useQueryClient()
  const forbidden = useForbidden('control')
  const now = useMutation({
    mutationFn: () => syncNow(),
    onSettled: () => void client.invalidateQueries({ queryKey: ['problems'] }),
  })
  return (
    <div className={classes.retry}>
      <span role="status" className={classes.said}>
        {now.data !== undefined && 'It is being tried.'}
      </span>
      <ExplainedButton variant="default" because={forbidden} loading={now.isPending} onClick={() => now.mutate()}>
        Try now
      </ExplainedButton>
      {now.error !== null && <ErrorState error={now.error} />}
    </div>
  )
}
