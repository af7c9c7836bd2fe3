import { useQuery } from '@tanstack/react-query'
import { statusQuery } from '../../server/live.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'

export function Overview() {
  const status = useQuery(statusQuery)
  return (
    <Page title="Overview">
      <Loaded query={status}>{(now) => <p>{now.state}</p>}</Loaded>
    </Page>
  )
}
