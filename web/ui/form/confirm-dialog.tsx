import { Button, Group, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorState } from '../page/error-state.tsx'

interface Props {
  opened: boolean
  close: () => void
  /** The question, naming what it is about: `Remove the destination “attic”?` */
  title: string
  /** What would be lost, and what stays. */
  children: ReactNode
  /** The verb of the question: `Remove`. */
  verb: string
  confirm: () => void
  busy?: boolean
  error?: unknown
}

/** Asks before something that can lose data or lock somebody out. Everything else just happens. */
export function ConfirmDialog({ opened, close, title, children, verb, confirm, busy = false, error = null }: Props) {
  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      {children}
      {error !== null && <ErrorState error={error} />}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close} data-autofocus>
          Cancel
        </Button>
        <Button color="red" onClick={confirm} loading={busy}>
          {verb}
        </Button>
      </Group>
    </Modal>
  )
}
