import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { disconnectGoogle } from '../../../api/operations.ts'
import type { Google } from '../../../api/types.ts'
import { useForbidden } from '../../../server/session.ts'
import { Time } from '../../../ui/data/amounts.tsx'
import { ExplainedButton } from '../../../ui/data/explained.tsx'
import { Fact, Facts } from '../../../ui/data/facts.tsx'
import { ConfirmDialog } from '../../../ui/form/confirm-dialog.tsx'
import { FaultNotice } from '../../../ui/state/fault-notice.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import { StateBadge } from '../../../ui/state/state-badge.tsx'
import { googleChanged } from '../queries.ts'
import { TestConnection, TestedConnection, useTestConnection } from '../test-connection.tsx'
import { ConnectGoogle } from './connect-google.tsx'
import classes from './google.module.css'
import { redirectComplaint } from './google-json.ts'
import { SignInMethod } from './sign-in-method.tsx'

interface Props {
  google: Google
  /** The page that Google is to send the browser back to. */
  returnTo: string
  /** In the set-up: the way to a sign-in is shown at once, and nothing that would need one. */
  guided?: boolean
}

/** How Google is signed in to, and what can be done about it. */
export function GoogleConnection({ google, returnTo, guided = false }: Props) {
  const test = useTestConnection(google.source)
  const [changing, setChanging] = useState(false)
  if (guided && google.method === null) return <SignInMethod google={google} done={() => setChanging(false)} />
  const outage = google.client !== null && !google.connected ? redirectComplaint(google.redirect_uri) : null
  return (
    <div className={classes.connection}>
      <Standing google={google} />
      {google.outage !== null && <FaultNotice outage={google.outage} />}
      {outage !== null && <Notice tone="act">{outage}</Notice>}
      <div className={classes.buttons}>
        {google.method !== 'service-account' && (
          <ConnectGoogle
            google={google}
            returnTo={returnTo}
            variant={google.connected && google.outage === null ? 'default' : 'filled'}
          />
        )}
        <TestConnection google={google} test={test} />
        <Button variant="subtle" onClick={() => setChanging(!changing)} aria-expanded={changing}>
          {google.method === null ? 'Set up the sign-in' : 'Change how to sign in'}
        </Button>
        {google.connected && <Forget google={google} />}
      </div>
      <TestedConnection test={test} />
      {changing && <SignInMethod google={google} done={() => setChanging(false)} />}
    </div>
  )
}

function Standing({ google }: { google: Google }) {
  const { enabled, method, connected, account, connected_at, client, service_account } = google
  return (
    <>
      <p className={classes.lead}>
        {connected ? (
          <StateBadge tone="proven">Connected</StateBadge>
        ) : (
          <StateBadge tone="idle">Not connected</StateBadge>
        )}
        {!enabled && <StateBadge tone="idle">Switched off</StateBadge>}
        <span>
          {connected &&
            (account === null ? 'Google has not been asked yet who is signed in.' : `Signed in as ${account}.`)}
          {!connected && whatToDo(google)}
        </span>
      </p>
      {method !== null && (
        <Facts label="The sign-in">
          <Fact name="Signs in">{method === 'oauth' ? 'as a person, by OAuth' : 'as a service account'}</Fact>
          {method === 'oauth' && client !== null && (
            <Fact name="OAuth client" wide>
              {client.client_id}
              {client.origin === 'file' && ', from config.yaml'}
            </Fact>
          )}
          {method === 'service-account' && service_account !== null && (
            <>
              <Fact name="Service account" wide>
                {service_account.email}
                {service_account.origin === 'file' && ', from config.yaml'}
              </Fact>
              <Fact name="Acts for" wide>
                {service_account.impersonate ?? 'itself'}
              </Fact>
            </>
          )}
          {connected_at !== null && (
            <Fact name="Connected">
              <Time at={connected_at} />
            </Fact>
          )}
        </Facts>
      )}
    </>
  )
}

function whatToDo({ source, method }: Google): string {
  if (method === null) return 'Drivekeep has no sign-in for Google yet.'
  return source === 'google_drive'
    ? 'Connect to Google to begin.'
    : 'Connect, and choose the other account on Google’s page.'
}

function Forget({ google }: { google: Google }) {
  const client = useQueryClient()
  const forbidden = useForbidden('admin')
  const [asking, setAsking] = useState(false)
  const forget = useMutation({
    mutationFn: () => disconnectGoogle({ query: { source: google.source } }),
    onSuccess: (answer) => {
      setAsking(false)
      googleChanged(client, answer)
    },
  })
  const written = google.connected_at === null ? 'It is defined in config.yaml: remove it there.' : null
  return (
    <>
      <ExplainedButton variant="subtle" color="red" because={forbidden ?? written} onClick={() => setAsking(true)}>
        Disconnect
      </ExplainedButton>
      <ConfirmDialog
        opened={asking}
        close={() => setAsking(false)}
        title={`Disconnect ${google.account ?? 'Google'}?`}
        verb="Disconnect"
        confirm={() => forget.mutate()}
        busy={forget.isPending}
        error={forget.error}
      >
        Drivekeep forgets this sign-in, and changes in the drive are no longer backed up until Google is connected
        again. All copies that are stored stay, and so does what is known of the files.
      </ConfirmDialog>
    </>
  )
}
