import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import { sessionQuery, setupQuery } from '../../server/session.ts'
import { useEvents } from '../../shell/use-events.ts'
import { Mark } from '../../ui/icons.tsx'
import { Link } from '../../ui/page/link.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { PartBoundary } from '../../ui/page/part-boundary.tsx'
import { useTitle } from '../../ui/page/title.ts'
import { AccountStep } from './account-step.tsx'
import { DestinationStep } from './destination-step.tsx'
import { GoogleStep } from './google-step.tsx'
import { SelectionStep } from './selection-step.tsx'
import classes from './setup.module.css'
import { StartStep } from './start-step.tsx'
import { StepList } from './step-list.tsx'
import { type Done, type Step, stepToShow, TITLES } from './steps.ts'

/** From an empty install to the first protected file. What is done is the server's to say, so a reload loses nothing. */
export default function Setup() {
  const [path] = useLocation()
  const signedIn = useQuery(sessionQuery).data != null
  const query = useQuery(setupQuery)
  const asked = /^\/setup\/(\w+)$/.exec(path)?.[1] ?? null
  return (
    <div className={classes.page}>
      {signedIn && <Follow />}
      <header className={classes.header}>
        <span className={classes.brand}>
          <Mark /> Drivekeep
        </span>
        {signedIn && <Link to="/">Leave the set-up</Link>}
      </header>
      <main className={classes.main}>
        <Loaded query={query} loading={<LoadingLines lines={6} height={40} />}>
          {(done) => <Steps done={done} step={stepToShow(asked, done)} />}
        </Loaded>
      </main>
    </div>
  )
}

/** Keeps the page told of what happens; there is nothing to be told before somebody is signed in. */
function Follow() {
  useEvents()
  return null
}

const CONTENT: Record<Step, () => React.ReactNode> = {
  account: AccountStep,
  google: GoogleStep,
  selection: SelectionStep,
  destination: DestinationStep,
  start: StartStep,
}

function Steps({ done, step }: { done: Done; step: Step }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(step)
  useTitle(`Set-up: ${TITLES[step]}`)
  useEffect(() => {
    if (shown.current === step) return
    shown.current = step
    heading.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [step])
  const Content = CONTENT[step]
  return (
    <>
      <StepList done={done} current={step} />
      <section aria-labelledby="step-title" className={classes.card}>
        <h1 id="step-title" ref={heading} tabIndex={-1} className={classes.title}>
          {TITLES[step]}
        </h1>
        <PartBoundary key={step}>
          <Content />
        </PartBoundary>
      </section>
    </>
  )
}
