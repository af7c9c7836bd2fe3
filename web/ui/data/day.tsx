import { day, exactTime } from './format.ts'

/** `12 Mar 2026`; the exact time on hover. For what was long ago, or where words follow that must not move. */
export function Day({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exactTime(at)} className="figures">
      {day(at)}
    </time>
  )
}
