import type { ReactNode } from 'react'
import classes from './notice.module.css'
import { ToneShape } from './state-badge.tsx'
import type { Tone } from './tone.ts'

interface Props {
  tone: Tone
  children: ReactNode
  /** What can be done about it, or a way to take it away. */
  action?: ReactNode
  /** Read aloud when it appears. */
  announced?: boolean
}

/** Something to know before going on, or what has just come of something. */
export function Notice({ tone, children, action, announced = false }: Props) {
  return (
    <div
      className={classes.notice}
      data-tone={tone}
      role={announced ? (tone === 'act' ? 'alert' : 'status') : undefined}
    >
      <ToneShape tone={tone} />
      <div className={classes.text}>{children}</div>
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </div>
  )
}
