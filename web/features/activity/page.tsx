import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'

export default function Activity() {
  return (
    <Page title="Activity">
      <EmptyState title="Nothing here yet" />
    </Page>
  )
}
