import { Skeleton } from '@mantine/core'
import { type ReactNode, useMemo } from 'react'
import type { Status } from '../../api/types.ts'
import { useLive } from '../../server/live.ts'
import { Time } from '../../ui/data/amounts.tsx'
import { useNow } from '../../ui/data/now.ts'
import { RawAnswer } from '../../ui/page/error-state.tsx'
import { ButtonLink } from '../../ui/page/link.tsx'
import { Advice } from '../../ui/state/advice.tsx'
import { ToneShape } from '../../ui/state/state-badge.tsx'
import { cutOff, headline } from './headline.ts'
import classes from './headline-card.module.css'
import { ConfirmMassChange } from './mass-change.tsx'

/** A break of a moment is no news: reconnecting takes about a second. */
const WORTH_SAYING = 5_000

/** The answer in one sentence, beside the state and what changes it. */
export function HeadlineCard({ status, controls }: { status: Status; controls: ReactNode }) {
  const live = useLive()
  const now = useNow()
  const gone = live.state === 'interrupted' && Date.now() - live.since > WORTH_SAYING
  const { about, tone, sentence, more, lastStored, way, since, detail } = gone
    ? cutOff(live.since)
    : headline(status, now)
  return (
    <section className={classes.card} data-tone={tone} aria-label="State">
      {/* What is about something else is another element, and moves nothing. */}
      <div className={classes.words} key={`${about} ${status.state}`} data-live>
        <ToneShape tone={tone} size={32} />
        <p className={classes.sentence} title={sentence}>
          <Advice>{sentence}</Advice>
        </p>
        <p className={classes.more}>
          {since !== undefined && (
            <>
              It began <Time at={since} end="." />{' '}
            </>
          )}
          <Advice>{more.join(' ')}</Advice>{' '}
          {lastStored !== null && (
            <>
              The last change was stored <Time at={lastStored} end="." />
            </>
          )}
        </p>
        {way !== null && (
          <ButtonLink
            className={classes.way}
            to={way.to}
            variant={about === 'outage' || about === 'set-up' ? 'filled' : 'default'}
          >
            {way.label}
          </ButtonLink>
        )}
        {about === 'mass-change' && (
          <div className={classes.way}>
            <ConfirmMassChange source={status.mass_changes[0]?.source ?? 0} />
          </div>
        )}
        {detail != null && (
          <div className={classes.detail}>
            <RawAnswer text={detail} />
          </div>
        )}
      </div>
      <Announced about={`${about} ${since}`} sentence={sentence} />
      {controls}
    </section>
  )
}

/** Read aloud when it is about something else, and not with every figure. */
function Announced({ about, sentence }: { about: string; sentence: string }) {
  const said = useMemo(() => sentence, [about])
  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  )
}

export function HeadlineSkeleton() {
  return (
    <div className={classes.card} aria-busy="true">
      <Skeleton height={32} width="60%" />
      <Skeleton height={20} width="40%" />
      <span className="visually-hidden">Loading</span>
    </div>
  )
}
