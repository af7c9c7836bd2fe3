import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'

export default function Problems() {
  return (
    <Page title="Problems">
      <EmptyState title="Nothing here yet" />
    </Page>
  )
}
