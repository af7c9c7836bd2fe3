import type { Folder } from '../../api/types.ts'
import { Link } from '../../ui/page/link.tsx'
import { linkTo, type Place, TOP } from './address.ts'
import classes from './files.module.css'

interface Props {
  place: Pick<Place, 'source'> & Partial<Place>
  /** From the top down. */
  crumbs: readonly Folder[]
  /** What the top is called. */
  top: string
  /** The last folder is a link as well: what is shown lies in it. */
  linked?: boolean
}

/** The way from the top of the drive down to where one is. */
export function Crumbs({ place: { source, folder = null }, crumbs, top, linked = false }: Props) {
  const atTop = folder === null && !linked
  return (
    <nav aria-label="Folders above">
      <ol className={classes.crumbs}>
        <li>{atTop ? <span aria-current="page">{top}</span> : <Link to={linkTo({ ...TOP, source })}>{top}</Link>}</li>
        {crumbs.map(({ id, name }, at) => (
          <li key={id}>
            {at === crumbs.length - 1 && !linked ? (
              <span aria-current="page">{name}</span>
            ) : (
              <Link to={linkTo({ ...TOP, source, folder: id })}>{name}</Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
