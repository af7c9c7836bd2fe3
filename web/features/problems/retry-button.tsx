import { useMutation, useQueryClient } from '@tanstack/react-query'
import { retryFile, retryProblems } from '../../api/operations.ts'
import { useForbidden } from '../../server/session.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { ExplainedButton } from '../../ui/explained.tsx'
import { plural } from '../../ui/format.ts'
import classes from './retry-button.module.css'

interface Props {
  label: string
  /** Which fault's files; null: all. */
  fault?: string | null
  /** One file alone, by its number. */
  file?: number
}

/** Tries again now, and says beside itself what came of the pressing. */
export function RetryButton({ label, fault = null, file }: Props) {
  const client = useQueryClient()
  const forbidden = useForbidden('control')
  const retry = useMutation({
    mutationFn: () => (file === undefined ? retryProblems({ body: { fault } }) : retryFile({ path: { id: file } })),
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
