import { type ReactNode, useEffect, useRef } from 'react'
import { useLocation } from 'wouter'
import classes from './page.module.css'
import { PartBoundary } from './part-boundary.tsx'
import { useTitle } from './title.ts'

interface Props {
  title: string
  /** What belongs to the whole page, beside its heading. */
  aside?: ReactNode
  children: ReactNode
}

let firstPage = true

/**
 * A page: its one `h1`, the document's title, and the focus. After a navigation the heading is focused, so that a keyboard goes
 * on from the top and a screen reader says where it is; on the first page it is left where the browser puts it.
 */
export function Page({ title, aside, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  const [path] = useLocation()
  useTitle(title)
  useEffect(() => {
    if (firstPage) {
      firstPage = false
      return
    }
    heading.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [path])
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <h1 ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </h1>
        {aside}
      </header>
      <PartBoundary>{children}</PartBoundary>
    </div>
  )
}
