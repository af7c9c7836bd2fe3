import { useQuery } from '@tanstack/react-query'
import { Suspense, useCallback, useState } from 'react'
import { Route, Switch } from 'wouter'
import type { Status } from '../api/types.ts'
import { PAGES } from '../pages.ts'
import { statusQuery, useLive } from '../server/live.ts'
import { EmptyState } from '../ui/page/empty-state.tsx'
import { Link } from '../ui/page/link.tsx'
import { LoadingLines } from '../ui/page/loaded.tsx'
import { Page } from '../ui/page/page.tsx'
import { useTitleMark } from '../ui/page/title.ts'
import { mark } from './daemon-state.ts'
import { KeysDialog } from './keys-dialog.tsx'
import { LiveBanner } from './live-banner.tsx'
import { BottomBar, SideBar } from './navigation.tsx'
import classes from './shell.module.css'
import { useEvents } from './use-events.ts'
import { useKeys } from './use-keys.ts'

/** What is around every page: the ways to the others, the state, the keys, and whether figures are fresh. */
export function Shell() {
  const { outdated } = useEvents()
  const live = useLive()
  const [keysShown, setKeysShown] = useState(false)
  const showKeys = useCallback(() => setKeysShown(true), [])
  useKeys(showKeys)
  const { state, problems, sign, act } = useQuery({ ...statusQuery, select: standing }).data ?? UNKNOWN
  const interrupted = live.state === 'interrupted'
  useTitleMark(interrupted ? '⚪' : sign)
  return (
    <div className={classes.shell} data-interrupted={interrupted || undefined}>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <SideBar state={state} act={act} problems={problems} showKeys={showKeys} />
      <main id="main" className={classes.main} tabIndex={-1}>
        <Suspense fallback={<LoadingLines lines={6} height={48} />}>
          <Pages />
        </Suspense>
      </main>
      <BottomBar problems={problems} showKeys={showKeys} />
      <LiveBanner since={live.state === 'interrupted' ? live.since : null} outdated={outdated} />
      <KeysDialog opened={keysShown} close={() => setKeysShown(false)} />
    </div>
  )
}

const UNKNOWN = { state: null, problems: 0, sign: '', act: false }

/** Of the status, which changes every second, what the shell shows, which rarely changes. */
function standing(status: Status) {
  return { state: status.state, problems: status.problems, sign: mark(status), act: status.needs_operator }
}

function Pages() {
  return (
    <Switch>
      {Object.values(PAGES).map(({ path, component }) => (
        // What is below a page's address is the page's own business.
        <Route key={path} path={path === '/' ? '/' : `${path}/*?`} component={component} />
      ))}
      <Route>
        <Page title="There is no such page">
          <EmptyState title="Nothing is at this address" action={<Link to="/">Go to the Overview</Link>} />
        </Page>
      </Route>
    </Switch>
  )
}
