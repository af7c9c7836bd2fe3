import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { listDestinations } from '../../api/operations.ts'
import { setupQuery } from '../../server/session.ts'

export const destinationsQuery = queryOptions({
  queryKey: ['destinations'],
  queryFn: ({ signal }) => listDestinations(signal),
})

/** For whoever has added, changed, tested or removed one. */
export function destinationsChanged(client: QueryClient): void {
  for (const { queryKey } of [destinationsQuery, setupQuery]) void client.invalidateQueries({ queryKey })
}
