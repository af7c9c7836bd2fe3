import { expect, test } from 'vitest'
import { outlook, placeOf, summary } from './sentences.ts'

const group = (failed: number, waiting: number, needs: boolean) => ({ failed, waiting, needs_operator: needs })

test.each([
  [[group(3, 0, true)], 'One cause keeps 3 files from being protected, and it needs you.'],
  [[group(0, 1, false)], 'One cause keeps 1 file from being protected; it mends itself.'],
  [[group(3, 0, true), group(0, 12, false)], '2 causes keep 15 files from being protected; one needs you.'],
  [[group(1, 0, false), group(0, 12, false)], '2 causes keep 13 files from being protected; none needs you.'],
  [[group(1, 0, true), group(0, 2, true)], '2 causes keep 3 files from being protected; 2 need you.'],
])('%j: %s', (problems, sentence) => expect(summary(problems)).toBe(sentence))

test('it is said what becomes of the files by themselves', () => {
  expect(outlook({ failed: 3, waiting: 0 })).toBe(
    '3 files failed for now: tried again daily, on a change, or by the button.',
  )
  expect(outlook({ failed: 0, waiting: 1 })).toBe('1 file will be tried again by itself.')
  expect(outlook({ failed: 1, waiting: 2 })).toContain('; 2 files will be tried again by themselves.')
})

test('a fault leads to the page where something can be done about it', () => {
  expect(placeOf('google/sign-in-ended')?.to).toBe('/sources')
  expect(placeOf('s3/no-bucket')?.to).toBe('/destinations')
  expect(placeOf('local/disk-full')).toBeNull()
})
