/** What is asked of drivekeep beside one peer: at least so many times its rate, at most so much of its CPU time and memory. */
export interface CopyAims {
  peer: string
  rate?: number
  cpu?: number
  memory?: number
}

/** What a row came to. */
export interface Report {
  /** How it was measured this time: counts, rounds, what was shortened. */
  method: string
  tables: Table[]
  /** What the reader must know beside the figures: failed aims, a noisy machine, an emulator at its limit. */
  notes: string[]
}

export interface Table {
  head: readonly string[]
  rows: readonly (readonly string[])[]
}

/** A ratio, and what was aimed at if anything was. */
export interface Aim {
  what: string
  ratio: number
  atLeast?: number
  atMost?: number
}

/** Markdown that reads well as plain text too. */
function tableText({ head, rows }: Table): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

export function reportText({ method, tables, notes }: Report): string {
  const listed = notes.map((note) => `- ${note}`).join('\n')
  return [method, ...tables.map(tableText), listed].filter((part) => part !== '').join('\n\n')
}

/** The aims that were set for a row, and whether they were met. */
export function aimsTable(aims: readonly Aim[], title = 'drivekeep ÷ peer'): Table {
  return {
    head: [title, 'ratio', 'aim', 'met'],
    rows: aims.map(({ what, ratio, atLeast, atMost }) => {
      const aim = atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : ''
      const met = atLeast !== undefined ? ratio >= atLeast : atMost !== undefined ? ratio <= atMost : null
      return [what, `${figure(ratio)}×`, aim, met === null ? '' : met ? 'yes' : 'NO']
    }),
  }
}

/** Three digits that mean something. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3)
}

/** The value below which this share of them lies. */
export function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const mebibytes = (bytes: number): string => figure(bytes / 2 ** 20)

export const count = (value: number): string => Math.round(value).toLocaleString('en-US')
