import { useQuery } from '@tanstack/react-query'
import { statusQuery } from '../../server/live.ts'
import { EmptyState } from '../../ui/page/empty-state.tsx'
import { ButtonLink } from '../../ui/page/link.tsx'
import { isSearch, type Place } from './address.ts'
import { STATUS_WORDS } from './file-words.ts'

/** Why there is no row, and how there would be one. */
export function NothingFound({ place }: { place: Place }) {
  const status = useQuery(statusQuery).data
  if (place.search !== '') {
    const among = place.status === null ? '' : ` among those that are “${STATUS_WORDS[place.status].toLowerCase()}”`
    return (
      <EmptyState title={`No file has “${place.search}” in its name or path${among}`}>
        The whole catalog was searched. Files that Drivekeep has not seen yet are not in it.
      </EmptyState>
    )
  }
  if (place.status === 'failed') return <EmptyState title="No file has failed" />
  if (isSearch(place)) return <EmptyState title="No file is in this state" />
  if (place.folder !== null) return <EmptyState title="This folder is empty" />
  if (status?.health === 'not-set-up') {
    return (
      <EmptyState title="No files yet" action={<ButtonLink to="/setup">Set up the backup</ButtonLink>}>
        As soon as Google is connected and the backup runs, every file of the drive appears here.
      </EmptyState>
    )
  }
  return (
    <EmptyState title="No files yet">
      They appear as soon as Drivekeep has read the drive
      {status?.state === 'running' ? '' : ': start it on the Overview'}.
    </EmptyState>
  )
}
