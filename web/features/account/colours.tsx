import { ColourScheme } from '../../ui/page/colour-scheme.tsx'
import classes from './account.module.css'

export function Colours() {
  return (
    <div className={classes.colours}>
      <ColourScheme />
      <p className={classes.about}>Kept in this browser. “System” follows the device, by day and by night.</p>
    </div>
  )
}
