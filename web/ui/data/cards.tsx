import type { ReactNode } from 'react'
import classes from './cards.module.css'

/** Sections of one kind: as many side by side as have room. */
export function Cards({ children }: { children: ReactNode }) {
  return <div className={classes.cards}>{children}</div>
}
