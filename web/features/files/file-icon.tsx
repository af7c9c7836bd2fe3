import type { File } from '../../api/types.ts'
import classes from './files.module.css'

const PATHS: Record<File['kind'], string> = {
  folder: 'M3.5 6.5a1 1 0 0 1 1-1h5l2 2.5h8a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1z',
  blob: 'M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5',
  native: 'M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 12h6M9 15h6M9 18h4',
  shortcut: 'M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9.5 17c0-3 1.5-4.5 5-4.5M12 10l2.7 2.5L12 15',
}

/** A drawing beside a word that says the same. */
export function FileIcon({ kind }: { kind: File['kind'] }) {
  return (
    <svg className={classes.icon} data-kind={kind} width="20" height="20" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[kind]} />
    </svg>
  )
}
