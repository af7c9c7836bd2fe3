import type { ReactNode } from 'react'
import type { Trouble } from '../../api/types.ts'
import { Advice } from './advice.tsx'
import { Notice } from './notice.tsx'

/** What stands in the way of something, what to do about it, and whether that is anybody's business. */
export function TroubleNotice({ trouble, action }: { trouble: Trouble; action?: ReactNode }) {
  return (
    <Notice tone={trouble.needs_operator ? 'act' : 'mending'} action={action}>
      <p>
        <Advice>{trouble.message}</Advice>
      </p>
      {trouble.hint !== null && (
        <p>
          <Advice>{trouble.hint}</Advice>
        </p>
      )}
    </Notice>
  )
}
