import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'

export default function Destinations() {
  return (
    <Page title="Destinations">
      <EmptyState title="Nothing here yet" />
    </Page>
  )
}
