import { useQuery } from '@tanstack/react-query'
import type { Google } from '../../api/types.ts'
import { Link } from '../../ui/page/link.tsx'
import { Loaded, LoadingLines } from '../../ui/page/loaded.tsx'
import { Section } from '../../ui/page/section.tsx'
import { FaultNotice } from '../../ui/state/fault-notice.tsx'
import { StateBadge } from '../../ui/state/state-badge.tsx'
import { ConnectGoogle } from '../sources/google/connect-google.tsx'
import { googleQuery } from '../sources/queries.ts'
import { TestConnection, TestedConnection, useTestConnection } from '../sources/test-connection.tsx'
import classes from './settings.module.css'

/** Where people look for the sign-in at Google; all about it is under Sources. */
export function GoogleSection() {
  const query = useQuery(googleQuery)
  return (
    <Section title="Google Drive" aside={<Link to="/sources">More under Sources</Link>}>
      <Loaded query={query} loading={<LoadingLines lines={2} height={32} />}>
        {({ sources }) => sources.map((google) => <Connection key={google.source} google={google} />)}
      </Loaded>
    </Section>
  )
}

function Connection({ google }: { google: Google }) {
  const test = useTestConnection(google.source)
  const { source, connected, account, method, outage } = google
  return (
    <div className={classes.google}>
      <p className={classes.standing}>
        <StateBadge tone={connected ? 'proven' : 'idle'}>{connected ? 'Connected' : 'Not connected'}</StateBadge>
        <span>
          {connected && account !== null && `Signed in as ${account}.`}
          {!connected &&
            (source === 'google_drive'
              ? 'Drivekeep may not read a drive here yet.'
              : `${source} is not signed in yet.`)}
        </span>
      </p>
      {outage !== null && <FaultNotice outage={outage} />}
      <div className={classes.buttons}>
        {method !== 'service-account' && (
          <ConnectGoogle google={google} returnTo="/sources" variant={connected ? 'default' : 'filled'} />
        )}
        <TestConnection google={google} test={test} />
      </div>
      <TestedConnection test={test} />
    </div>
  )
}
