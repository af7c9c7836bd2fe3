import { Button, Group, Modal } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { ErrorState } from '../page/error-state.tsx'
import classes from './form-dialog.module.css'

interface DialogProps {
  opened: boolean
  close: () => void
  title: string
  /** A `DialogForm`, whose state begins anew whenever the dialog is opened. */
  children: ReactNode
}

/** A few fields that are asked for before something is made or changed. */
export function FormDialog({ opened, close, title, children }: DialogProps) {
  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      {children}
    </Modal>
  )
}

interface FormProps {
  children: ReactNode
  /** What the button does: `Add`. */
  verb: string
  submit: () => void
  cancel: () => void
  busy: boolean
  /** What went wrong; what was said of a field stands at the field and is not passed on here. */
  error: Error | null
}

export function DialogForm({ children, verb, submit, cancel, busy, error }: FormProps) {
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    submit()
  }
  return (
    // What is wrong with a field is said by the field, in our words and not in the browser's.
    <form className={classes.form} onSubmit={onSubmit} noValidate>
      {children}
      {error !== null && <ErrorState error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
        <Button type="submit" loading={busy}>
          {verb}
        </Button>
      </Group>
    </form>
  )
}
