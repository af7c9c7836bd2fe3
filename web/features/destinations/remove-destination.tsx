import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteDestination } from '../../api/operations.ts'
import type { Destination } from '../../api/types.ts'
import { useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { bytes, plural } from '../../ui/data/format.ts'
import { ConfirmDialog } from '../../ui/form/confirm-dialog.tsx'
import { destinationsChanged } from './queries.ts'

/** Takes a destination out of use, after naming what that means. */
export function RemoveDestination({ destination }: { destination: Destination }) {
  const { name, origin, files, history_files, bytes: present, history_bytes } = destination
  const client = useQueryClient()
  const forbidden = useForbidden('admin')
  const [asking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => deleteDestination({ path: { name } }),
    onSuccess: () => {
      setAsking(false)
      destinationsChanged(client)
    },
  })
  const written = origin === 'dashboard' ? null : 'Set in config.yaml. Remove it there.'
  const copies = files + history_files
  return (
    <>
      <ExplainedButton variant="subtle" color="red" because={forbidden ?? written} onClick={() => setAsking(true)}>
        Remove
      </ExplainedButton>
      <ConfirmDialog
        opened={asking}
        close={() => setAsking(false)}
        title={`Remove the destination “${name}”?`}
        verb="Remove"
        confirm={() => remove.mutate()}
        busy={remove.isPending}
        error={remove.error}
      >
        <p>Nothing more is copied to it, and its access key is forgotten.</p>
        <p>
          {copies === 0
            ? 'Nothing is stored there.'
            : `What is stored there stays: ${plural(copies, 'copy', 'copies')}, ${bytes(present + history_bytes)}. Drivekeep keeps its record of them. If you want them gone, delete them at the provider.`}
        </p>
      </ConfirmDialog>
    </>
  )
}
