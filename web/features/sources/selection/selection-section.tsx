import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { setSelection } from '../../../api/operations.ts'
import type { Selection } from '../../../api/types.ts'
import { useForbidden } from '../../../server/session.ts'
import { ExplainedButton } from '../../../ui/data/explained.tsx'
import { ErrorState } from '../../../ui/page/error-state.tsx'
import { Loaded } from '../../../ui/page/loaded.tsx'
import { Notice } from '../../../ui/state/notice.tsx'
import { selectionQuery, selectionSaved } from '../queries.ts'
import classes from './selection-editor.module.css'
import { SelectionEditor } from './selection-editor.tsx'

/** What is chosen to be backed up, to be seen and changed. */
export function SelectionSection({ source, several = false }: { source: string; several?: boolean }) {
  const query = useQuery(selectionQuery(source))
  const [version, setVersion] = useState(0)
  // A new key begins again with what is kept.
  return (
    <Loaded query={query}>
      {(selection) => (
        <Editing
          key={version}
          source={source}
          several={several}
          selection={selection}
          again={() => setVersion(version + 1)}
        />
      )}
    </Loaded>
  )
}

interface EditingProps {
  source: string
  several: boolean
  selection: Selection
  again: () => void
}

function Editing({ source, several, selection, again }: EditingProps) {
  const forbidden = useForbidden('admin')
  const { save, saved } = useSaveSelection(source)
  return (
    <SelectionEditor source={source} several={several} selection={selection} locked={forbidden}>
      {({ selection: edited, changed, complaint }) => (
        <>
          {changed && (
            <Notice tone="idle">
              What is newly chosen is read and copied next. Of what is newly skipped, the copies that are stored stay,
              and no new ones are made.
            </Notice>
          )}
          {save.error !== null && <ErrorState error={save.error} />}
          <div className={classes.buttons}>
            <ExplainedButton
              because={forbidden ?? complaint ?? (changed ? null : 'Nothing has been changed.')}
              loading={save.isPending}
              onClick={() => save.mutate(edited)}
            >
              Save
            </ExplainedButton>
            {changed && (
              <Button variant="default" onClick={again}>
                Undo
              </Button>
            )}
            <span role="status">{saved && !changed && 'Saved.'}</span>
          </div>
        </>
      )}
    </SelectionEditor>
  )
}

/** Saves a choice, and lets everything know that hangs on it. */
export function useSaveSelection(source: string, onSaved?: () => void) {
  const client = useQueryClient()
  const [saved, setSaved] = useState(false)
  const save = useMutation({
    mutationFn: (selection: Selection) => setSelection({ query: { source }, body: selection }),
    onSuccess: (kept) => {
      client.setQueryData(selectionQuery(source).queryKey, kept)
      selectionSaved(client, source)
      setSaved(true)
      onSaved?.()
    },
  })
  return { save, saved }
}
