import { useMantineColorScheme } from '@mantine/core'
import { useColorScheme } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { type ChartParts, drawCharts } from './chart-parts.ts'
import classes from './charts.module.css'
import { inWords, type Point, type Range, sumInWords } from './points.ts'

/**
 * Two quiet charts on one time axis. What the pointer is on, or what the arrow keys have come to, is said in one line above
 * them, for both at once.
 */
export default function Charts({ points, range }: { points: Point[]; range: Range }) {
  const throughput = useRef<HTMLCanvasElement>(null)
  const growth = useRef<HTMLCanvasElement>(null)
  const parts = useRef<ChartParts | null>(null)
  const [at, setAt] = useState<number | null>(null)
  const { colorScheme } = useMantineColorScheme()
  const system = useColorScheme()
  const scheme = colorScheme === 'auto' ? system : colorScheme

  useEffect(() => {
    if (throughput.current === null || growth.current === null) return
    parts.current = drawCharts(throughput.current, growth.current, setAt)
    parts.current.show(points, range)
    return () => parts.current?.destroy()
  }, [scheme])
  useEffect(() => parts.current?.show(points, range), [points, range])
  useEffect(() => parts.current?.mark(at), [at])

  const point = at === null ? undefined : points[at]
  const step = { hour: 'minute', day: 'hour', month: 'day' }[range]
  const said = point === undefined ? sumInWords(points, range) : inWords(point, range)
  return (
    <div className={classes.charts}>
      <p className={classes.said}>{said}</p>
      <figure className={classes.chart}>
        <figcaption>Stored per {step}</figcaption>
        <div className={classes.canvas}>
          <canvas ref={throughput} role="img" aria-label={`Bars: how much was stored in each ${step}`} />
        </div>
      </figure>
      <figure className={classes.chart} data-axis>
        <figcaption>Total stored</figcaption>
        <div className={classes.canvas}>
          <canvas ref={growth} role="img" aria-label="A line: how much is stored in all" />
        </div>
      </figure>
      {/* Not seen, but focused: the arrow keys read the charts step by step, aloud as well. */}
      <input
        className="visually-hidden"
        type="range"
        aria-label={`${step.slice(0, 1).toUpperCase()}${step.slice(1)} shown`}
        aria-valuetext={said}
        min={0}
        max={Math.max(0, points.length - 1)}
        value={at ?? points.length - 1}
        onFocus={() => setAt(points.length - 1)}
        onBlur={() => setAt(null)}
        onChange={(event) => setAt(event.currentTarget.valueAsNumber)}
      />
    </div>
  )
}
