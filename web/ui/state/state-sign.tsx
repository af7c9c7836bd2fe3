import type { Status } from '../../api/types.ts'
import classes from './state-sign.module.css'

/** 🟢 🟡 ⚪ drawn, since not every system has a font with them, and each with a shape of its own inside. */
export function StateSign({ state, size = 16 }: { state: Status['state']; size?: number }) {
  return (
    <svg className={classes.sign} data-state={state} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="7" className={classes.disc} />
      {SHAPES[state]}
    </svg>
  )
}

const SHAPES = {
  running: <path d="M6.3 5v6l5-3z" className={classes.shape} />,
  paused: <path d="M5.5 5h1.8v6H5.5zM8.7 5h1.8v6H8.7z" className={classes.shape} />,
  stopped: <path d="M5.5 5.5h5v5h-5z" className={classes.shape} />,
}
