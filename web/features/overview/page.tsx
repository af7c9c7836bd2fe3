import { useQuery } from '@tanstack/react-query'
import { statusQuery } from '../../server/live.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Section } from '../../ui/section.tsx'
import { Controls } from './controls.tsx'
import { HeadlineCard, HeadlineSkeleton } from './headline-card.tsx'
import { History } from './history.tsx'
import classes from './page.module.css'
import { RecentActivity } from './recent-activity.tsx'
import { Standing } from './standing.tsx'
import { TopProblems } from './top-problems.tsx'
import { UnderWay } from './under-way.tsx'

/** Am I safe? One sentence, then the figures, then the charts. */
export function Overview() {
  const status = useQuery(statusQuery)
  return (
    <Page title="Overview">
      <Loaded query={status} loading={<HeadlineSkeleton />}>
        {(now) => (
          <>
            <HeadlineCard status={now} controls={<Controls status={now} />} />
            <Standing status={now} />
            <div className={classes.two}>
              <UnderWay status={now} />
              <TopProblems unprotected={now.failed + now.pending} troubled={now.trouble !== null} />
            </div>
            <Section title="Over time">
              <History />
            </Section>
            <RecentActivity />
          </>
        )}
      </Loaded>
    </Page>
  )
}
