import { Paper } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { PartBoundary } from './part-boundary.tsx'
import classes from './section.module.css'

interface Props {
  title: string
  /** Controls and links that belong to the whole section, at the end of its heading. */
  aside?: ReactNode
  children: ReactNode
  /** Of what is inside only: without padding, as a table wants it. */
  flush?: boolean
}

/** A part of a page with its heading. What fails in it does not take the page down. */
export function Section({ title, aside, children, flush = false }: Props) {
  const id = useId()
  return (
    <Paper withBorder component="section" aria-labelledby={id} className={classes.section}>
      <header className={classes.header}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      </header>
      <div className={flush ? classes.flush : classes.body}>
        <PartBoundary>{children}</PartBoundary>
      </div>
    </Paper>
  )
}
