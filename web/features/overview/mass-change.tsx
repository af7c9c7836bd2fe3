import { useMutation, useQueryClient } from '@tanstack/react-query'
import { confirmMassChange } from '../../api/operations.ts'
import type { MassChange } from '../../api/types.ts'
import { statusQuery } from '../../server/live.ts'
import { useForbidden } from '../../server/session.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { Link } from '../../ui/page/link.tsx'
import { Notice } from '../../ui/state/notice.tsx'
import { sourcesQuery } from '../sources/queries.ts'
import { COPIES_KEPT, massChangeSentence } from './mass-change-words.ts'

interface Props {
  /** Its number and name. */
  source: number
  name: string
  massChange: MassChange
}

/** Very much has changed in a source: what, what that means, and the button that says it is as it should be. */
export function MassChangeNotice({ source, name, massChange }: Props) {
  return (
    <Notice tone="act" action={<ConfirmMassChange source={source} />}>
      <p>
        <strong>{massChangeSentence(massChange)}</strong> {name}, <Time at={massChange.at} end="." />
      </p>
      <p>
        {COPIES_KEPT}{' '}
        <Link to={`/activity?action=${massChange.kind === 'rewritten' ? 'changed' : massChange.kind}`}>See them</Link>
      </p>
    </Notice>
  )
}

export function ConfirmMassChange({ source }: { source: number }) {
  const client = useQueryClient()
  const forbidden = useForbidden('control')
  const confirm = useMutation({
    mutationFn: () => confirmMassChange({ path: { id: source } }),
    onSettled: () => {
      for (const { queryKey } of [statusQuery, sourcesQuery]) void client.invalidateQueries({ queryKey })
    },
  })
  return (
    <>
      <ExplainedButton
        variant="default"
        because={forbidden}
        hint="It was meant: copies are moved again, and the alarm ends. No copy is deleted."
        loading={confirm.isPending}
        onClick={() => confirm.mutate()}
      >
        Confirm
      </ExplainedButton>
      {confirm.error !== null && <ErrorState error={confirm.error} />}
    </>
  )
}
