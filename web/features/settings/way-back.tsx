import { Button } from '@mantine/core'
import type { Setting } from '../../api/types.ts'
import { titleOf } from './groups.ts'
import { useDraft } from './use-draft.ts'

/** What is typed can be undone; what was set in the dashboard goes back to config.yaml. */
export function WayBack({ setting, changed }: { setting: Setting; changed: boolean }) {
  const { key, origin } = setting
  const draft = useDraft()
  const title = titleOf(key)
  if (changed) {
    return (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Undo the change of: ${title}`}
        onClick={() => draft.undo(key)}
      >
        Undo
      </Button>
    )
  }
  if (origin !== 'dashboard') return null
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Back to config.yaml: ${title}`}
      onClick={() => draft.reset(key)}
    >
      Back to config.yaml
    </Button>
  )
}
