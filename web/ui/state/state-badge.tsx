import classes from './state-badge.module.css'
import type { Tone } from './tone.ts'

/** A state as a word with a colour and a shape. */
export function StateBadge({ tone, children, big = false }: { tone: Tone; children: string; big?: boolean }) {
  return (
    <span className={classes.badge} data-tone={tone} data-big={big || undefined}>
      <ToneShape tone={tone} />
      {children}
    </span>
  )
}

/** The shape alone, for where the word stands elsewhere. Each tone has its own, so that none is told by its colour. */
export function ToneShape({ tone, size = 16 }: { tone: Tone; size?: number }) {
  return (
    <svg className={classes.shape} data-tone={tone} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[tone]}
    </svg>
  )
}

const SHAPES = {
  proven: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m4.7 8.3 2.3 2.3 4.4-4.9" className={classes.cut} />
    </>
  ),
  idle: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  mending: (
    <>
      <path d="M8 1 15 14H1z" fill="currentColor" stroke="currentColor" strokeWidth="1" strokeLinejoin="round" />
      <path d="M8 5.5v4M8 11.8v.1" className={classes.cut} />
    </>
  ),
  act: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />
      <path d="M8 4v4.5M8 11.8v.1" className={classes.cut} />
    </>
  ),
}
