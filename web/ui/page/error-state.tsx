import { Button, Code, CopyButton } from '@mantine/core'
import { CallError } from '../../server/call.ts'
import { ToneShape } from '../state/state-badge.tsx'
import classes from '../state/states.module.css'

interface Props {
  error: unknown
  /** Offers to try again. */
  retry?: () => void
}

/** What went wrong, in words, with the raw answer one click away. For what stands where a part of a page should be. */
export function ErrorState({ error, retry }: Props) {
  const { message, raw } = said(error)
  return (
    <div className={classes.error} role="alert">
      <p className={classes.message}>
        <ToneShape tone="act" /> <span>{message}</span>
      </p>
      <div className={classes.actions}>
        {retry !== undefined && (
          <Button size="compact-sm" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
        <RawAnswer text={raw} />
      </div>
    </div>
  )
}

/** A fold with something as it came, unshortened, to be copied into a report. */
export function RawAnswer({ text, label = 'Raw answer' }: { text: string; label?: string }) {
  return (
    <details className={classes.raw}>
      <summary>{label}</summary>
      <Code block>{text}</Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </details>
  )
}

function said(error: unknown): { message: string; raw: string } {
  if (error instanceof CallError) {
    return { message: error.message, raw: error.raw === '' ? `HTTP status ${error.status}` : error.raw }
  }
  const raw = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { message: 'This part of the page has failed. Everything else goes on.', raw }
}
