import classes from './mark.module.css'

/** A word that belongs to a name and is no state: `You`, `Admin`. */
export function Mark({ children }: { children: string }) {
  return <span className={classes.mark}>{children}</span>
}
