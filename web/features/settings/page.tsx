import { useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { Link } from '../../ui/page/link.tsx'
import { LinkTabs } from '../../ui/page/link-tabs.tsx'
import { Page } from '../../ui/page/page.tsx'
import { PartBoundary } from '../../ui/page/part-boundary.tsx'
import { useTitle } from '../../ui/page/title.ts'
import { Audit } from './audit/audit.tsx'
import { Exclusions } from './exclusions/exclusions.tsx'
import { General } from './general.tsx'
import { settingsQuery } from './queries.ts'
import { SaveBar } from './save-bar.tsx'
import { SUB_PAGES, type SubPage, subPageAt } from './sub-pages.ts'
import { Tokens } from './tokens/tokens.tsx'
import { Users } from './users/users.tsx'

/** How should it behave? */
export default function Settings() {
  const [path] = useLocation()
  const subPage = subPageAt(path)
  // After the one of `Page`, which is a child: the tab of the browser says which part this is.
  useTitle(subPage === null || subPage.id === 'general' ? 'Settings' : `${subPage.name} · Settings`)
  return (
    <Page title="Settings">
      <LinkTabs label="Parts of Settings" tabs={SUB_PAGES} />
      <PartBoundary key={path}>
        <Part subPage={subPage} />
      </PartBoundary>
      <Unsaved />
    </Page>
  )
}

function Part({ subPage }: { subPage: SubPage | null }) {
  switch (subPage?.id) {
    case 'general':
      return <General />
    case 'exclusions':
      return <Exclusions />
    case 'users':
      return <Users />
    case 'tokens':
      return <Tokens />
    case 'audit':
      return <Audit />
    case undefined:
      return (
        <EmptyState
          title="Nothing is at this address"
          action={<Link to="/settings">Go to the general settings</Link>}
        />
      )
  }
}

/** What has been changed is saved together, from whatever part it is in. */
function Unsaved() {
  const settings = useQuery({ ...settingsQuery, enabled: false }).data?.settings
  return settings === undefined ? null : <SaveBar settings={settings} />
}
