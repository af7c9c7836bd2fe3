import { Link } from 'wouter'
import classes from './sub-navigation.module.css'
import { SUB_PAGES, type SubPage } from './sub-pages.ts'

export function SubNavigation({ current }: { current: SubPage | null }) {
  return (
    <nav aria-label="Parts of Settings" className={classes.parts}>
      {SUB_PAGES.map((part) => (
        <Link
          key={part.id}
          href={part.path}
          className={classes.part}
          aria-current={part === current ? 'page' : undefined}
        >
          {part.name}
        </Link>
      ))}
    </nav>
  )
}
