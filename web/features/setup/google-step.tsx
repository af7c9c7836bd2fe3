import { useQuery } from '@tanstack/react-query'
import { Loaded } from '../../ui/page/loaded.tsx'
import { AccountQuestion } from '../sources/google/account-question.tsx'
import { CameBack } from '../sources/google/came-back.tsx'
import { GoogleConnection } from '../sources/google/google-connection.tsx'
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
