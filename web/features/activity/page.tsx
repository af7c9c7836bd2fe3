import { Switch as Choose, Route } from 'wouter'
import { LinkTabs } from '../../ui/page/link-tabs.tsx'
import { Page } from '../../ui/page/page.tsx'
import { Cycles } from './cycles.tsx'
import { Log } from './log.tsx'

const TABS = [
  { to: '/activity', name: 'Files' },
  { to: '/activity/cycles', name: 'Cycles' },
]

/** What happened? To each file, and in each cycle of a source. */
export default function Activity() {
  return (
    <Page title="Activity">
      <LinkTabs label="Views of the activity" tabs={TABS} />
      <Choose>
        <Route path="/activity/cycles" component={Cycles} />
        <Route component={Log} />
      </Choose>
    </Page>
  )
}
