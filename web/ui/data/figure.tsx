import { Paper } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './figure.module.css'

interface Props {
  label: string
  /** Null: not known, which is not the same as none. */
  value: string | null
  /** The exact value, on hover. */
  exact?: string
  /** What the figure means or how old it is, in a few words. */
  note?: ReactNode
}

/** One figure with its name. It keeps its size while the value changes. */
export function Figure({ label, value, exact, note }: Props) {
  return (
    <Paper withBorder className={classes.figure} data-figure>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value} title={exact}>
        {value ?? <span className={classes.unknown}>unknown</span>}
      </dd>
      <dd className={classes.note}>{note ?? ' '}</dd>
    </Paper>
  )
}

/** Figures side by side: two on a phone, and no more than `columns`. */
export function Figures({ children, label, columns = 4 }: { children: ReactNode; label: string; columns?: 3 | 4 | 6 }) {
  return (
    <div className={classes.room}>
      <dl className={classes.figures} aria-label={label} data-columns={columns}>
        {children}
      </dl>
    </div>
  )
}
