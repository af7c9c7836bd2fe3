import type { ReactNode } from 'react'
import type { Outage } from '../../api/types.ts'
import { Time } from '../data/amounts.tsx'
import { useNow } from '../data/now.ts'
import { RawAnswer } from '../page/error-state.tsx'
import { Advice } from './advice.tsx'
import { Notice } from './notice.tsx'

/** What does not work, since when, what to do about it, and the other side’s own words behind a fold. */
export function OutageNotice({ outage, action }: { outage: Outage; action?: ReactNode }) {
  const { message, hint, since, next_try, detail, needs_operator } = outage
  return (
    <Notice tone={needs_operator ? 'act' : 'mending'} action={action}>
      <p>
        <Advice>{message}</Advice>
      </p>
      {hint !== null && (
        <p>
          <Advice>{hint}</Advice>
        </p>
      )}
      <p>
        It began <Time at={since} end="." /> {next_try !== null && <NextTry at={next_try} />}
      </p>
      {detail !== null && <RawAnswer text={detail} />}
    </Notice>
  )
}

const SOON = 5_000

/** A time that has passed is no promise. */
export function NextTry({ at }: { at: string }) {
  const now = useNow()
  if (Date.parse(at) <= now + SOON) return 'It is about to be tried again.'
  return (
    <>
      Next try <Time at={at} end="." />
    </>
  )
}
