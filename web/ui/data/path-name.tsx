import { Link } from '../page/link.tsx'
import { nameAndFolder } from './format.ts'
import classes from './path-name.module.css'

/**
 * A file in one line: its name first, since that is what is looked for, and the folder as far as there is room. The whole path
 * on hover. `file`: its number in the catalog, where it is still known.
 */
export function PathName({ path, file }: { path: string; file?: number | null | undefined }) {
  const { name, folder } = nameAndFolder(path)
  return (
    <span className={classes.path} title={path}>
      {file === null || file === undefined ? (
        <span className={classes.name}>{name}</span>
      ) : (
        <Link to={`/files/${file}`} className={classes.name} c="inherit">
          {name}
        </Link>
      )}
      {folder !== '' && <span className={classes.folder}> {folder}</span>}
    </span>
  )
}
