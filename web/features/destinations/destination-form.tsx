import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { setDestination, testDestination } from '../../api/operations.ts'
import type { Destination, DestinationType } from '../../api/types.ts'
import { CallError } from '../../server/call.ts'
import { useForbidden } from '../../server/session.ts'
import { ExplainedButton } from '../../ui/data/explained.tsx'
import { ErrorState } from '../../ui/page/error-state.tsx'
import { Notice } from '../../ui/state/notice.tsx'
import { DestinationFields } from './destination-fields.tsx'
import classes from './destinations.module.css'
import { draftOf, errorsFrom, errorsIn, type DestinationForm as Form, type FormErrors, withType } from './draft.ts'
import { destinationsChanged } from './queries.ts'
import { TestedDestination } from './tested-destination.tsx'

interface Props {
  start: Form
  /** What is changed; null: a new one. */
  known: Destination | null
  types: readonly DestinationType[]
  /** Names of all destinations. */
  taken: readonly string[]
  saved: () => void
  cancel?: () => void
  /** What the button says that saves. */
  verb?: string
}

/** Says where copies go, and tests that before it is saved. */
export function DestinationForm({ start, known, types, taken, saved, cancel, verb = 'Save' }: Props) {
  const client = useQueryClient()
  const forbidden = useForbidden('admin')
  const [form, setForm] = useState(start)
  const [shown, setShown] = useState<FormErrors>({})
  const others = taken.filter((name) => name !== known?.name)
  const type = types.find((one) => one.type === form.type)
  const kept = known?.settings?.access_key_id != null && known.settings.access_key_id === form.access_key_id.trim()
  const name = form.name.trim()
  const test = useMutation({
    mutationFn: () => testDestination({ body: { name, draft: draftOf(form) } }),
    onError: (error) => showFrom(error),
  })
  const save = useMutation({
    mutationFn: () => setDestination({ path: { name }, body: draftOf(form) }),
    onSuccess: () => {
      destinationsChanged(client)
      saved()
    },
    onError: (error) => showFrom(error),
  })
  const showFrom = (error: Error) => {
    if (error instanceof CallError) setShown(errorsFrom(error.problem?.errors ?? []).fields)
  }
  const change = (changes: Partial<Form>) => {
    const { type: chosen } = changes
    setForm((before) => ({ ...(chosen === undefined ? before : withType(before, chosen, others)), ...changes }))
    setShown((before) => without(before, Object.keys(changes)))
    // What was tested is no longer what would be saved.
    if (!('name' in changes)) test.reset()
    save.reset()
  }
  const checked = (then: () => void) => () => {
    const errors = errorsIn(form, { type, taken: others, kept })
    setShown(errors)
    if (Object.keys(errors).length === 0) then()
    else requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
  }
  const passed = test.data?.ok === true
  const off = !form.enabled
  return (
    <form className={classes.form} onSubmit={(event) => event.preventDefault()} noValidate>
      <DestinationFields form={form} change={change} errors={shown} types={types} kept={kept} isNew={known === null} />
      <TestedDestination name={name} result={test.data ?? null} error={test.error} />
      {save.error !== null && <ErrorState error={save.error} />}
      {passed && known === null && (
        <Notice tone="idle">After saving, every file that is to be backed up is copied there as well.</Notice>
      )}
      <div className={classes.buttons}>
        <ExplainedButton
          variant={passed ? 'default' : 'filled'}
          because={forbidden}
          loading={test.isPending}
          onClick={checked(() => test.mutate())}
        >
          {test.data === undefined ? 'Test it' : 'Test again'}
        </ExplainedButton>
        {(passed || test.data !== undefined || off) && (
          <ExplainedButton
            variant={passed || off ? 'filled' : 'default'}
            because={forbidden}
            loading={save.isPending}
            onClick={checked(() => save.mutate())}
          >
            {passed || off ? verb : 'Save anyway'}
          </ExplainedButton>
        )}
        {cancel !== undefined && (
          <Button variant="subtle" onClick={cancel}>
            Cancel
          </Button>
        )}
        {test.data === undefined && !off && <span className={classes.hint}>It is tested before it is saved.</span>}
      </div>
    </form>
  )
}

function without(errors: FormErrors, fields: readonly string[]): FormErrors {
  return Object.fromEntries(Object.entries(errors).filter(([field]) => !fields.includes(field)))
}
