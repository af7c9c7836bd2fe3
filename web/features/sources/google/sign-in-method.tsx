import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { Google } from '../../../api/types.ts'
import { ClientForm } from './client-form.tsx'
import classes from './google.module.css'
import { ClientGuide, ServiceAccountGuide } from './google-guide.tsx'
import { ServiceAccountForm } from './service-account-form.tsx'

interface Props {
  google: Google
  /** Called when one has been saved. */
  done: () => void
}

/** The two ways to sign in, each with how to get what it needs. */
export function SignInMethod({ google, done }: Props) {
  const [method, setMethod] = useState<'oauth' | 'service-account'>(google.method ?? 'oauth')
  return (
    <div className={classes.method}>
      <SegmentedControl
        aria-label="How to sign in"
        value={method}
        onChange={(value) => setMethod(value === 'oauth' ? 'oauth' : 'service-account')}
        data={[
          { value: 'oauth', label: 'Sign in with Google' },
          { value: 'service-account', label: 'Service account' },
        ]}
      />
      {method === 'oauth' ? (
        <>
          <p className={classes.text}>
            For one person’s drive. You make an app of your own at Google, once, in about five minutes; nobody else is
            involved, and nothing of your drive passes through anybody else’s server.
          </p>
          <ClientGuide redirectUri={google.redirect_uri} />
          <ClientForm google={google} done={done} />
        </>
      ) : (
        <>
          <p className={classes.text}>
            For a Google Workspace domain whose administrator you are: nobody has to sign in, and the sign-in never
            ends.
          </p>
          <ServiceAccountGuide />
          <ServiceAccountForm google={google} done={done} />
        </>
      )}
    </div>
  )
}
