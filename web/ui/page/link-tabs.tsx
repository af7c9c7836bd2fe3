import { Link, useLocation } from 'wouter'
import classes from './link-tabs.module.css'

/** Views of one page, each at its own address; links, so that each can be opened in a tab of the browser. */
export function LinkTabs({ label, tabs }: { label: string; tabs: readonly { to: string; name: string }[] }) {
  const [path] = useLocation()
  return (
    <nav aria-label={label} className={classes.tabs}>
      {tabs.map(({ to, name }) => (
        <Link key={to} href={to} className={classes.tab} aria-current={path === to ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  )
}
