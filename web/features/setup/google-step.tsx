import { useQuery } from '@tanstack/react-query'
import { Loaded } from '../../ui/loaded.tsx'
import { CameBack } from '../sources/came-back.tsx'
import { GoogleConnection } from '../sources/google-connection.tsx'
import { googleQuery } from '../sources/queries.ts'
import classes from './setup.module.css'
import { WayOn } from './way-on.tsx'

/** An app of one’s own at Google, and the sign-in with it. */
export function GoogleStep() {
  return (
    <Loaded query={useQuery(googleQuery)}>
      {(google) => (
        <div className={classes.form}>
          <CameBack />
          <GoogleConnection google={google} returnTo="/setup/google" guided />
          <WayOn step="google" because={google.connected ? null : 'Google is not connected yet.'} />
        </div>
      )}
    </Loaded>
  )
}
