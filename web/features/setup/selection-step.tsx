import { useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { useForbidden } from '../../server/session.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { ExplainedButton } from '../../ui/explained.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { selectionQuery } from '../sources/queries.ts'
import { SelectionEditor } from '../sources/selection-editor.tsx'
import { useSaveSelection } from '../sources/selection-section.tsx'
import classes from './setup.module.css'
import { WayBack } from './way-on.tsx'

/** Everything, or chosen folders. */
export function SelectionStep() {
  const query = useQuery(selectionQuery)
  const [, navigate] = useLocation()
  const forbidden = useForbidden('admin')
  const { save } = useSaveSelection(() => navigate('/setup/destination'))
  return (
    <Loaded query={query}>
      {(selection) => (
        <SelectionEditor selection={selection} locked={forbidden}>
          {({ selection: edited, complaint }) => (
            <>
              {save.error !== null && <ErrorState error={save.error} />}
              <div className={classes.way}>
                <WayBack step="selection" />
                <ExplainedButton
                  because={forbidden ?? complaint}
                  loading={save.isPending}
                  onClick={() => save.mutate(edited)}
                >
                  Save and go on
                </ExplainedButton>
              </div>
            </>
          )}
        </SelectionEditor>
      )}
    </Loaded>
  )
}
