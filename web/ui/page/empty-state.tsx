import type { ReactNode } from 'react'
import classes from '../state/states.module.css'

interface Props {
  /** What there is none of. */
  title: string
  /** What will appear here, and how to make it appear. */
  children?: ReactNode
  action?: ReactNode
}

/** Where nothing is yet, and nothing is wrong. */
export function EmptyState({ title, children, action }: Props) {
  return (
    <div className={classes.empty}>
      <p className={classes.emptyTitle}>{title}</p>
      {children !== undefined && <div className={classes.emptyText}>{children}</div>}
      {action}
    </div>
  )
}
