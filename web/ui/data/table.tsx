import type { ReactNode } from 'react'
import classes from './table.module.css'

interface Props {
  /** What it lists, for a screen reader. */
  label: string
  /** A name for every column; `end` puts figures under one another. */
  columns: readonly { name: string; align?: 'end' }[]
  /** Rows: plain `<tr>`, memoised where they change often. */
  children: ReactNode
}

/** A table of native rows: a component of Mantine's in every cell of a live table takes most of the main thread. */
export function Table({ label, columns, children }: Props) {
  return (
    // A table that is wider than a phone scrolls by itself, by keyboard too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map(({ name, align }) => (
              <th key={name} scope="col" data-align={align}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
