import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import classes from './copy.module.css'

type Copied = 'no' | 'yes' | 'failed'

const SAID: Record<Copied, string> = { no: 'Copy', yes: 'Copied', failed: 'Select it and copy it by hand' }

/** A value as it has to be written elsewhere, with a button that copies it. */
export function CopyField({ value, label, block = false }: { value: string; label: string; block?: boolean }) {
  return (
    <div className={classes.field} data-block={block || undefined}>
      <code className={classes.value}>{value}</code>
      <CopyTextButton value={value} label={label} />
    </div>
  )
}

/** `label`: what is copied, for who hears the button without seeing the value. */
export function CopyTextButton({ value, label }: { value: string; label: string }) {
  const [copied, copy] = useCopy(value)
  return (
    <Button size="compact-sm" variant="default" onClick={copy} aria-label={`${SAID[copied]} ${label}`}>
      {SAID[copied]}
    </Button>
  )
}

/** The same where there is no room for a word. */
export function CopyIconButton({ value, label }: { value: string; label: string }) {
  const [copied, copy] = useCopy(value)
  return (
    <Tooltip label={SAID[copied]} events={{ hover: true, focus: true, touch: true }}>
      <ActionIcon size="sm" variant="subtle" color="gray" onClick={copy} aria-label={`${SAID[copied]} ${label}`}>
        <svg
          width="16"
          height="16"
          viewBox="0 0 16 16"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          aria-hidden="true"
        >
          {copied === 'yes' ? (
            <path d="m3 8.5 3.2 3.2L13 5" strokeLinecap="round" strokeLinejoin="round" />
          ) : (
            <>
              <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
              <path d="M10.5 3.5v-.3A1.2 1.2 0 0 0 9.3 2H3.2A1.2 1.2 0 0 0 2 3.2v6.1a1.2 1.2 0 0 0 1.2 1.2h.3" />
            </>
          )}
        </svg>
      </ActionIcon>
    </Tooltip>
  )
}

function useCopy(value: string): [Copied, () => void] {
  const [copied, setCopied] = useState<Copied>('no')
  useEffect(() => {
    if (copied === 'no') return
    const timer = setTimeout(() => setCopied('no'), 2500)
    return () => clearTimeout(timer)
  }, [copied])
  return [copied, () => void write(value).then((done) => setCopied(done ? 'yes' : 'failed'))]
}

/** Without https browsers offer no clipboard, except on the computer itself; the old way still works there. */
async function write(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value)
    return true
  } catch {
    const area = document.createElement('textarea')
    const focused = document.activeElement
    area.value = value
    area.className = 'visually-hidden'
    // In a dialog that keeps the focus inside, whatever is outside cannot be selected.
    ;(focused?.closest('[role=dialog]') ?? document.body).append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    if (focused instanceof HTMLElement) focused.focus()
    return done
  }
}
