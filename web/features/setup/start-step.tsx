import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { startSync } from '../../api/operations.ts'
import { statusQuery } from '../../server/live.ts'
import { setupQuery, useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { Loaded } from '../../ui/page/loaded.tsx'
import { destinationsQuery } from '../destinations/queries.ts'
import { firstGoogleQuery, selectionQuery } from '../sources/queries.ts'
import { inWords } from '../sources/selection/selection.ts'
import { FirstProgress } from './first-progress.tsx'
import { missingIn } from './first-words.ts'
import classes from './setup.module.css'
import { WayBack } from './way-on.tsx'

/** What will happen, the button that makes it happen, and then what happens. */
export function StartStep() {
  const status = useQuery(statusQuery)
  return (
    <Loaded query={status}>
      {(now) => (now.state === 'running' ? <FirstProgress status={now} /> : <Ready paused={now.state === 'paused'} />)}
    </Loaded>
  )
}

function Ready({ paused }: { paused: boolean }) {
  const client = useQueryClient()
  const forbidden = useForbidden('control')
  const setup = useQuery(setupQuery).data
  const start = useMutation({
    mutationFn: () => startSync(),
    onSuccess: () => {
      for (const { queryKey } of [statusQuery, setupQuery]) void client.invalidateQueries({ queryKey })
    },
  })
  const missing = setup === undefined ? null : missingIn(setup)
  return (
    <div className={classes.form}>
      <WhatWillHappen />
      {start.error !== null && <ErrorState error={start.error} />}
      <div className={classes.way}>
        <WayBack step="start" />
        <ExplainedButton
          because={forbidden ?? missing}
          // The state follows within a second of the answer.
          loading={start.isPending || start.isSuccess}
          onClick={() => start.mutate()}
        >
          {paused ? 'Go on with the backup' : 'Start the backup'}
        </ExplainedButton>
      </div>
    </div>
  )
}

function WhatWillHappen() {
  const google = useQuery(firstGoogleQuery).data
  const selection = useQuery(selectionQuery('google_drive')).data
  const destinations = useQuery(destinationsQuery).data?.destinations ?? []
  const names = destinations.filter(({ enabled, settings }) => enabled && settings !== null).map(({ name }) => name)
  return (
    <ol className={classes.plan}>
      <li>
        Drivekeep reads the list of all files of <b>{google?.account ?? 'your drive'}</b>. A large drive takes some
        minutes.
      </li>
      <li>
        Copying begins with the first files found{names.length > 0 && <>, to {names.join(' and ')}</>}.{' '}
        {selection !== undefined && inWords(selection)}
        {selection !== undefined &&
          selection.recent_days > 0 &&
          ` At first only files modified in the last ${selection.recent_days} days.`}
      </li>
      <li>From then on every change is copied soon after it is made. Each copy is compared with what Drive has.</li>
      <li>Nothing is ever changed in your drive: Drivekeep is allowed to read, and no more.</li>
    </ol>
  )
}
