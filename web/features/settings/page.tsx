import { EmptyState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'

export default function Settings() {
  return (
    <Page title="Settings">
      <EmptyState title="Nothing here yet" />
    </Page>
  )
}
