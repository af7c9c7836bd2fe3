import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'

export default function Account() {
  return (
    <Page title="Account">
      <EmptyState title="Nothing here yet" />
    </Page>
  )
}
