import { Skeleton } from '@mantine/core'
import { type ReactNode, useMemo } from 'react'
import type { Status } from '../../api/types.ts'
import { Advice } from '../../ui/advice.tsx'
import { Time } from '../../ui/amounts.tsx'
import { ButtonLink } from '../../ui/link.tsx'
import { useNow } from '../../ui/now.ts'
import { ToneShape } from '../../ui/state-badge.tsx'
import { headline } from './headline.ts'
import classes from './headline-card.module.css'

/** The answer in one sentence, beside the state and what changes it. */
export function HeadlineCard({ status, controls }: { status: Status; controls: ReactNode }) {
  const { about, tone, sentence, more, lastStored, way } = headline(status, useNow())
  return (
    <section className={classes.card} data-tone={tone} aria-label="State">
      {/* What is about something else is another element, and moves nothing. */}
      <div className={classes.words} key={`${about} ${status.state}`} data-live>
        <ToneShape tone={tone} size={32} />
        <p className={classes.sentence} title={sentence}>
          <Advice>{sentence}</Advice>
        </p>
        <p className={classes.more}>
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
            variant={about === 'trouble' || about === 'set-up' ? 'filled' : 'default'}
          >
            {way.label}
          </ButtonLink>
        )}
      </div>
      <Announced about={about} sentence={sentence} />
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
