import { useQuery } from '@tanstack/react-query'
import type { Status } from '../../api/types.ts'
import { statusQuery } from '../../server/live.ts'
import { Loaded } from '../../ui/page/loaded.tsx'
import { Page } from '../../ui/page/page.tsx'
import { Section } from '../../ui/page/section.tsx'
import { History } from './charts/history.tsx'
import { Controls } from './controls.tsx'
import { headline } from './headline.ts'
import { HeadlineCard, HeadlineSkeleton } from './headline-card.tsx'
import { MassChangeNotice } from './mass-change.tsx'
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
            <MassChanges status={now} />
            <Standing status={now} />
            <div className={classes.two}>
              <UnderWay status={now} />
              <TopProblems problems={now.problems} mass_changes={now.mass_changes} />
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

/** Those that the headline does not tell of. */
function MassChanges({ status }: { status: Status }) {
  const told = headline(status, Date.parse(status.as_of)).about === 'mass-change'
  return status.mass_changes
    .slice(told ? 1 : 0)
    .map(({ source, name, ...massChange }) => (
      <MassChangeNotice key={source} source={source} name={name} massChange={massChange} />
    ))
}
