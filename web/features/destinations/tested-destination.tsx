import type { TestResult } from '../../api/types.ts'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { Checks } from '../../ui/state/checks.tsx'
import { Notice } from '../../ui/state/notice.tsx'

interface Props {
  name: string
  /** Null: none has been run on this page. */
  result: TestResult | null
  error: Error | null
}

/** What a self-test found, step by step. */
export function TestedDestination({ name, result, error }: Props) {
  if (error !== null) return <ErrorState error={error} />
  if (result === null) return null
  return (
    <>
      <Notice tone={result.ok ? 'proven' : 'act'} announced>
        {result.ok
          ? 'The self-test passed: a probe object was written, read back, compared and deleted.'
          : 'The self-test found something that stands in the way. The step that failed says what is missing.'}
      </Notice>
      <Checks label={`Steps of the self-test of ${name}`} checks={result.checks} />
    </>
  )
}
