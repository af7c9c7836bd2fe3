import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'

export default function Files() {
  return (
    <Page title="Files">
      <EmptyState title="Nothing here yet" />
    </Page>
  )
}
