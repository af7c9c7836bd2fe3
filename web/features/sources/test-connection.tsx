import { useMutation } from '@tanstack/react-query'
import { testGoogle } from '../../api/operations.ts'
import type { Google } from '../../api/types.ts'
import { useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { Checks } from '../../ui/state/checks.tsx'
import { Notice } from '../../ui/state/notice.tsx'

type Test = ReturnType<typeof useTestConnection>

/** The button and what came of it are drawn apart: the steps need the whole width. */
export function useTestConnection(source: string) {
  return useMutation({ mutationFn: () => testGoogle({ query: { source } }) })
}

export function TestConnection({ google, test }: { google: Google; test: Test }) {
  const forbidden = useForbidden('control')
  const because = forbidden ?? (google.connected ? null : 'Google is not connected yet.')
  return (
    <ExplainedButton variant="default" because={because} loading={test.isPending} onClick={() => test.mutate()}>
      Test Connection
    </ExplainedButton>
  )
}

export function TestedConnection({ test }: { test: Test }) {
  if (test.error !== null) return <ErrorState error={test.error} />
  if (test.data === undefined) return null
  const { ok, checks } = test.data
  return (
    <>
      <Notice tone={ok ? 'proven' : 'act'} announced>
        {ok
          ? 'The connection works: Drivekeep can read the drive.'
          : 'The connection does not work yet. The step that failed says why.'}
      </Notice>
      <Checks label="Steps of the test" checks={checks} />
    </>
  )
}
