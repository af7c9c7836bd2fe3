import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { Redirect, useLocation } from 'wouter'
import { SignIn } from '../features/sign-in/page.tsx'
import { Setup } from '../pages.ts'
import { sessionQuery, setupQuery } from '../server/session.ts'
import { ErrorState } from '../ui/page/error-state.tsx'
import { PartBoundary } from '../ui/page/part-boundary.tsx'
import classes from './gate.module.css'
import { Shell } from './shell.tsx'

/**
 * Who may see what: nobody signed in, the sign-in, at whatever address, so that the address is there afterwards; no account
 * yet, the wizard; otherwise the page.
 */
export function Gate() {
  const [path] = useLocation()
  const session = useQuery(sessionQuery)
  const nobody = session.data === null
  const setup = useQuery({ ...setupQuery, enabled: nobody })
  const inSetup = path === '/setup' || path.startsWith('/setup/')

  if (session.data) return inSetup ? <Wizard /> : <Shell />
  const failure = session.error ?? (nobody ? setup.error : null)
  if (failure !== null) {
    const retry = () => void (nobody ? setup.refetch() : session.refetch())
    return (
      <main className={classes.alone}>
        <h1>Drivekeep</h1>
        <ErrorState error={failure} retry={retry} />
      </main>
    )
  }
  if (setup.data === undefined) return null // for a moment: there is no shape to keep before it is known who asks
  if (!setup.data.needs_account) return <SignIn />
  return inSetup ? <Wizard /> : <Redirect to="/setup" replace />
}

function Wizard() {
  return (
    <PartBoundary>
      <Suspense>
        <Setup />
      </Suspense>
    </PartBoundary>
  )
}
