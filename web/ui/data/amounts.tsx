import { Fresh } from '../page/fresh.tsx'
import { ago, bytes, exactBytes, exactTime, number } from './format.ts'
import { useNow } from './now.ts'

/** `4 min ago`; the exact time, in the viewer's zone, on hover. `end`: what closes the sentence, and moves with the words. */
export function Time({ at, style = 'long', end = '' }: { at: string; style?: 'long' | 'short'; end?: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={exactTime(at)} className="figures">
      <Fresh>{ago(at, now, style) + end}</Fresh>
    </time>
  )
}

/** `1.2 GB`; the bytes on hover. What is not known is said to be unknown. */
export function Size({ bytes: count }: { bytes: number | null }) {
  if (count === null) return <span>unknown</span>
  return (
    <span className="figures" title={exactBytes(count)}>
      <Fresh>{bytes(count)}</Fresh>
    </span>
  )
}

/** `12,431` */
export function Count({ value }: { value: number }) {
  return <span className="figures">{number(value)}</span>
}
