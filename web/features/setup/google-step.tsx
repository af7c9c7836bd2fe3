import { useQuery } from '@tanstack/react-query'
import { Loaded } from '../../ui/loaded.tsx'
import { AccountQuestion } from '../sources/account-question.tsx'
import { CameBack } from '../sources/came-back.tsx'
import { GoogleConnection } from '../sources/google-connection.tsx'
import { firstGoogleQuery } from '../sources/queries.ts'
import classes from './setup.module.css'
import { WayOn } from './way-on.tsx'

/** An app of one’s own at Google, and the sign-in with it. */
export function GoogleStep() {
  return (
    <Loaded query={useQuery(firstGoogleQuery)}>
      {(google) => (
        <div className={classes.form}>
          <CameBack />
          <AccountQuestion />
          <GoogleConnection google={google} returnTo="/setup/google" guided />
          <WayOn step="google" because={google.connected ? null : 'Google is not connected yet.'} />
        </div>
      )}
    </Loaded>
  )
}
