import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartOptions,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ScriptableContext,
} from 'chart.js'
import { bytesOnAxis } from '../../../ui/data/format.ts'
import { type Point, type Range, stepName } from './points.ts'

// Only what the two charts are made of is in the bundle.
Chart.register(BarController, BarElement, LineController, LineElement, PointElement, CategoryScale, LinearScale, Filler)

/** Both charts as one: what is shown and what is marked is the same in both. */
export interface ChartParts {
  show(points: Point[], range: Range): void
  /** Marks a step, or none. */
  mark(index: number | null): void
  destroy(): void
}

/** As wide in both charts, so that a step stands under itself. */
const AXIS_WIDTH = 72

/** Draws into two canvases in the colours that hold now. `onPoint` hears of the step under the pointer. */
export function drawCharts(
  throughput: HTMLCanvasElement,
  growth: HTMLCanvasElement,
  onPoint: (index: number | null) => void,
): ChartParts {
  const colours = coloursOf(throughput)
  const bars = new Chart(throughput, barsOf(colours, onPoint))
  const line = new Chart(growth, lineOf(colours, onPoint))
  return {
    show(points, range) {
      const labels = points.map((point) => stepName(point.at, range))
      bars.data.labels = labels
      line.data.labels = labels
      fill(
        bars,
        points.map((point) => point.bytes),
      )
      fill(
        line,
        points.map((point) => point.bytesStored),
      )
      bars.update('none')
      line.update('none')
    },
    mark(index) {
      const marked = index === null ? [] : [{ datasetIndex: 0, index }]
      for (const chart of [bars, line]) {
        chart.setActiveElements(marked)
        chart.update('none')
      }
    },
    destroy() {
      bars.destroy()
      line.destroy()
    },
  }
}

function fill(chart: Chart, values: (number | null)[]): void {
  const [set] = chart.data.datasets
  if (set !== undefined) set.data = values
}

interface Colours {
  series: string
  soft: string
  text: string
  grid: string
  strong: string
}

function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element)
  const value = (name: string) => style.getPropertyValue(name).trim()
  const series = value('--chart-1')
  return {
    series,
    soft: `color-mix(in srgb, ${series} 15%, transparent)`,
    text: value('--mantine-color-dimmed'),
    grid: value('--chart-grid'),
    strong: value('--mantine-color-text'),
  }
}

function barsOf(
  colours: Colours,
  onPoint: (index: number | null) => void,
): ChartConfiguration<'bar', (number | null)[]> {
  const set = { data: [], backgroundColor: colours.series, hoverBackgroundColor: colours.strong, maxBarThickness: 24 }
  return { type: 'bar', data: { labels: [], datasets: [set] }, options: optionsOf(colours, onPoint, false) }
}

function lineOf(
  colours: Colours,
  onPoint: (index: number | null) => void,
): ChartConfiguration<'line', (number | null)[]> {
  const set = {
    data: [],
    borderColor: colours.series,
    backgroundColor: colours.soft,
    fill: true,
    borderWidth: 2,
    // A step between two that are not known has no line, and would not be seen.
    pointRadius: ({ dataIndex, dataset }: ScriptableContext<'line'>) => (standsAlone(dataset.data, dataIndex) ? 2 : 0),
    pointHoverRadius: 4,
    pointHoverBackgroundColor: colours.strong,
    tension: 0,
  }
  return { type: 'line', data: { labels: [], datasets: [set] }, options: optionsOf(colours, onPoint, true) }
}

function standsAlone(values: readonly unknown[], index: number): boolean {
  return (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
}

function optionsOf(
  colours: Colours,
  onPoint: (index: number | null) => void,
  withTimes: boolean,
): ChartOptions<'bar'> & ChartOptions<'line'> {
  return {
    animation: false,
    maintainAspectRatio: false,
    layout: { autoPadding: false, padding: { top: 6, right: 6 } }, // the same in both, so that steps stand under themselves
    interaction: { mode: 'index', intersect: false },
    events: ['mousemove', 'mouseout', 'touchstart', 'touchmove'],
    onHover: (event, active) => onPoint(event.type === 'mouseout' ? null : (active[0]?.index ?? null)),
    scales: {
      x: {
        offset: true, // a line's points stand under the middle of the bars
        display: true,
        grid: { display: false },
        border: { color: colours.grid },
        ticks: { display: withTimes, color: colours.text, maxRotation: 0, autoSkipPadding: 24 },
      },
      y: {
        beginAtZero: !withTimes,
        suggestedMax: withTimes ? undefined : 1000, // an hour without anything is flat, and has whole bytes
        border: { display: false },
        grid: { color: colours.grid },
        ticks: {
          color: colours.text,
          maxTicksLimit: 4,
          callback: (_value, index, ticks) => bytesOnAxis(ticks.map((tick) => tick.value))[index] ?? '',
        },
        afterFit: (scale) => {
          scale.width = AXIS_WIDTH
        },
      },
    },
  }
}
