import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'

export default function Setup() {
  return (
    <Page title="Setup">
      <EmptyState title="Nothing here yet" />
    </Page>
  )
}
