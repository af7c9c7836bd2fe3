import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'

export default function Sources() {
  return (
    <Page title="Sources">
      <EmptyState title="Nothing here yet" />
    </Page>
  )
}
