import { useMutation, useQueryClient } from '@tanstack/react-query'
import { pauseSync, resumeSync, startSync, stopSync, syncNow } from '../../api/operations.ts'
import type { Status } from '../../api/types.ts'
import { statusQuery } from '../../server/live.ts'
import { useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { StateSign } from '../../ui/state/state-sign.tsx'
import classes from './controls.module.css'
import { CONTROLS, type Control, senseless, stateWord } from './controls.ts'

const CALLS = { start: startSync, pause: pauseSync, resume: resumeSync, stop: stopSync }
const LEADS_TO = { start: 'running', pause: 'paused', resume: 'running', stop: 'stopped' } as const

/** The daemon's state with the four buttons that change it; what makes no sense says why. */
export function Controls({ status }: { status: Status }) {
  const client = useQueryClient()
  const forbidden = useForbidden('control')
  const choose = useMutation({
    mutationFn: (control: Control) => CALLS[control](),
    // What was chosen shows at once; the state itself follows with the next event.
    onSuccess: ({ state }, control) =>
      client.setQueryData(statusQuery.queryKey, (old) => old && { ...old, state, desired: LEADS_TO[control] }),
  })
  const look = useMutation({ mutationFn: () => syncNow() })
  const checkSenseless = status.state === 'running' ? null : 'Only what runs can look for changes.'
  const error = choose.error ?? look.error
  return (
    <div className={classes.row}>
      <p className={classes.state} data-live>
        <StateSign state={status.state} size={20} />
        <span className={classes.word}>{stateWord(status)}</span>
      </p>
      <div className={classes.buttons}>
        {CONTROLS.map(({ control, name, does }) => (
          <ExplainedButton
            key={control}
            variant="default"
            hint={does}
            because={forbidden ?? senseless(control, status)}
            loading={choose.isPending && choose.variables === control}
            onClick={() => {
              look.reset()
              choose.mutate(control)
            }}
          >
            {name}
          </ExplainedButton>
        ))}
        <ExplainedButton
          variant="subtle"
          hint="Look for changes in Drive now, and not only at the next interval"
          because={forbidden ?? checkSenseless}
          loading={look.isPending}
          onClick={() => {
            choose.reset()
            look.mutate()
          }}
        >
          Check now
        </ExplainedButton>
      </div>
      {error !== null && (
        <div className={classes.error}>
          <ErrorState error={error} />
        </div>
      )}
    </div>
  )
}
