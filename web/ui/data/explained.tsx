import { Button, type ButtonProps, Tooltip } from '@mantine/core'

interface Props extends ButtonProps {
  children: string
  onClick: () => void
  /** Why it cannot be pressed now; null: it can. */
  because: string | null
  /** What it does, where its word does not say all. */
  hint?: string
}

/** A button that says why it is disabled: on hover, on focus and to a screen reader, so it stays in the order of focus. */
export function ExplainedButton({ because, hint, children, onClick, ...rest }: Props) {
  const allowed = because === null
  return (
    <Tooltip
      label={because ?? hint}
      disabled={allowed && hint === undefined}
      multiline
      maw={320}
      events={{ hover: true, focus: true, touch: true }}
    >
      <Button
        {...rest}
        aria-disabled={allowed ? undefined : true}
        data-disabled={allowed ? undefined : true}
        aria-description={because ?? hint}
        onClick={allowed ? onClick : (event) => event.preventDefault()}
      >
        {children}
      </Button>
    </Tooltip>
  )
}
