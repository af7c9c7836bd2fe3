import { useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { Loaded } from '../../ui/page/loaded.tsx'
import { selectionQuery } from '../sources/queries.ts'
import { SelectionEditor } from '../sources/selection/selection-editor.tsx'
import { useSaveSelection } from '../sources/selection/selection-section.tsx'
import classes from './setup.module.css'
import { WayBack } from './way-on.tsx'

/** The set-up is about one account; more are added later. */
const SOURCE = 'google_drive'

/** Everything, or chosen folders. */
export function SelectionStep() {
  const query = useQuery(selectionQuery(SOURCE))
  const [, navigate] = useLocation()
  const forbidden = useForbidden('admin')
  const { save } = useSaveSelection(SOURCE, () => navigate('/setup/destination'))
  return (
    <Loaded query={query}>
      {(selection) => (
        <SelectionEditor source={SOURCE} selection={selection} locked={forbidden}>
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
                  Save and continue
                </ExplainedButton>
              </div>
            </>
          )}
        </SelectionEditor>
      )}
    </Loaded>
  )
}
