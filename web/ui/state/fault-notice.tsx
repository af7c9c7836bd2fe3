import type { ReactNode } from 'react'
import type { FaultText } from '../../api/types.ts'
import { Advice } from './advice.tsx'
import { Notice } from './notice.tsx'

/** What stands in the way of something, what to do about it, and whether that is anybody's business. */
export function FaultNotice({ outage, action }: { outage: FaultText; action?: ReactNode }) {
  return (
    <Notice tone={outage.needs_operator ? 'act' : 'mending'} action={action}>
      <p>
        <Advice>{outage.message}</Advice>
      </p>
      {outage.hint !== null && (
        <p>
          <Advice>{outage.hint}</Advice>
        </p>
      )}
    </Notice>
  )
}
