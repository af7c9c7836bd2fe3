import { expect, test } from 'vitest'
import { addressOf, heading, isAt, outlook, placeOf, remedyOf, summary } from './sentences.ts'

const group = (needs_operator: boolean) => ({ needs_operator })

test.each([
  [[group(true)], 'One problem, and it needs action.'],
  [[group(false)], 'One problem; we keep trying.'],
  [[group(true), group(false)], '2 problems; one needs action.'],
  [[group(false), group(false)], '2 problems; none needs action.'],
  [[group(true), group(true)], '2 problems; 2 need action.'],
])('%j: %s', (problems, sentence) => expect(summary(problems)).toBe(sentence))

test('it is said what becomes of the files by themselves', () => {
  const files = { kind: 'files', failed: 0, waiting: 0, attempts: 0 } as const
  expect(outlook({ ...files, failed: 3, attempts: 6 })).toBe('3 files failed: tried 6 times.')
  expect(outlook({ ...files, waiting: 1 })).toBe('1 file is tried again soon.')
  expect(outlook({ ...files, failed: 1, waiting: 2, attempts: 1 })).toBe(
    '1 file failed: tried 1 time; 2 files are tried again soon.',
  )
  expect(outlook({ kind: 'destination', failed: 0, waiting: 5, attempts: 3 })).toBe(
    '5 files wait for it; tried 3 times.',
  )
  expect(outlook({ kind: 'source', failed: 0, waiting: 0, attempts: 1 })).toBe('Nothing waits for it; tried 1 time.')
})

test('the same fault at two destinations is told apart, also in the address', () => {
  const full = { kind: 'files', fault: 'storage/key-refused', title: 'Key refused' } as const
  expect(heading({ ...full, name: 'nas' })).toBe('Key refused (nas)')
  expect(heading({ ...full, kind: 'destination', name: 'nas' })).toBe('nas: Key refused')
  expect(heading({ ...full, name: null })).toBe('Key refused')
  const address = new URLSearchParams(addressOf({ ...full, name: 'nas' }))
  expect(isAt({ ...full, name: 'nas' }, address)).toBe(true)
  expect(isAt({ ...full, name: 'aws_s3' }, address)).toBe(false)
})

test('a fault leads to the page where something can be done about it', () => {
  expect(placeOf('google/sign-in-ended')).toEqual({ to: '/sources', label: 'Connect again' })
  expect(placeOf('storage/no-bucket')?.to).toBe('/destinations')
  expect(placeOf('local/disk-full')).toBeNull()
  expect(remedyOf({ kind: 'destination', fault: 'storage/full' }).label).toBe('Test it')
  expect(remedyOf({ kind: 'daemon', fault: 'local/disk-full' }).to).toBe('/problems')
})
