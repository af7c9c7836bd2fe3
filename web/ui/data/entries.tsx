import type { ReactNode, Ref } from 'react'
import classes from './entries.module.css'

interface ListProps {
  label: string
  children: ReactNode
  /** To bring the focus here when an entry goes away under it. */
  ref?: Ref<HTMLUListElement>
}

/** Things with a name, a few facts and what can be done with them, one below the other. */
export function Entries({ label, children, ref }: ListProps) {
  return (
    <ul className={classes.list} aria-label={label} ref={ref} tabIndex={-1}>
      {children}
    </ul>
  )
}

interface EntryProps {
  name: ReactNode
  /** What stands behind the name: a state, a mark. */
  marks?: ReactNode
  /** A line each. */
  children: ReactNode
  /** Buttons, with names that say what they are about. */
  actions?: ReactNode
}

export function Entry({ name, marks, children, actions }: EntryProps) {
  return (
    <li className={classes.entry}>
      <div className={classes.text}>
        <div className={classes.heading}>
          <span className={classes.name}>{name}</span>
          {marks}
        </div>
        <div className={classes.facts}>{children}</div>
      </div>
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </li>
  )
}
