import { expect, test } from 'vitest'
import { estimatedEnd, type FirstBackup } from './estimate.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')
const HALFWAY: FirstBackup = {
  underWay: true,
  held: false,
  scanning: false,
  files: 1000,
  bytes: 50_000,
  rate: { files: 10, bytes: 1000 },
}

test.each<[string, Partial<FirstBackup>, number | null]>([
  ['many small files take their time', {}, 100],
  ['large files take that of their bytes', { bytes: 500_000 }, 500],
  ['one large file moves bytes, and none has ended yet', { files: 1, rate: { files: 0, bytes: 1000 } }, 50],
  ['what has no bytes moves none', { bytes: 0, rate: { files: 10, bytes: 0 } }, 100],
  ['it is whole', { underWay: false }, null],
  ['it is paused, or something stands in the way', { held: true }, null],
  ['the drive is still being scanned', { scanning: true }, null],
  ['nothing has moved yet', { rate: null }, null],
  ['nothing moves any more', { rate: { files: 0, bytes: 0 } }, null],
  ['nothing is left but what waits for another attempt', { files: 0, bytes: 0 }, null],
  ['it would take years', { bytes: 1e15 }, null],
])('%s', (_, backup, seconds) => {
  expect(estimatedEnd({ ...HALFWAY, ...backup }, NOW)).toBe(seconds === null ? null : NOW + seconds * 1000)
})
