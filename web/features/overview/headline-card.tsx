import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Status } from '../../api/types.ts'
import { Time } from '../../ui/amounts.tsx'
import { ButtonLink } from '../../ui/link.tsx'
import { useNow } from '../../ui/now.ts'
import { ToneShape } from '../../ui/state-badge.tsx'
import { headline } from './headline.ts'
import classes from './headline-card.module.css'

/** The answer in one sentence, beside the state and what changes it. */
export function HeadlineCard({ status, controls }: { status: Status; controls: ReactNode }) {
  const { tone, sentence, more, lastStored, way } = headline(status, useNow())
  return (
    <section className={classes.card} data-tone={tone} aria-label="State">
      <div className={classes.words}>
        <ToneShape tone={tone} size={32} />
        <div data-live>
          {/* The sentence alone is read aloud when it changes, and not the seconds that pass. */}
          <p className={classes.sentence} aria-live="polite">
            {sentence}
          </p>
          <p className={classes.more}>
            {more.join(' ')}{' '}
            {lastStored !== null && (
              <>
                The last change was stored <Time at={lastStored} />.
              </>
            )}
          </p>
        </div>
      </div>
      <div className={classes.way}>
        {way !== null && (
          <ButtonLink to={way.to} variant={tone === 'act' || way.to === '/setup' ? 'filled' : 'default'}>
            {way.label}
          </ButtonLink>
        )}
      </div>
      {controls}
    </section>
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
