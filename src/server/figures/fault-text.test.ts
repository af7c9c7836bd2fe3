import { expect, test } from 'vitest'
import { FAULTS } from '../../backup/model/faults.ts'
import { adviceFor, faultTextOf } from './fault-text.ts'

const DAY = 24 * 60 * 60 * 1000

test.each(Object.keys(FAULTS))('%s: who has to act is not told that there is nothing to do', (fault) => {
  expect(adviceFor(fault, true)).not.toMatch(/nothing to do|tried again by itself/i)
  const { needs_operator: now, hint } = faultTextOf(fault, 'nas', 0, DAY - 1)
  if (now) expect(hint).not.toMatch(/nothing to do/i)
})

test('an outage needs a person after a day, whatever it is', () => {
  const outage = (age: number) => faultTextOf('storage/unreachable', 'nas', 0, age)
  expect(outage(DAY - 1)).toMatchObject({ needs_operator: false, message: 'nas: storage cannot be reached.' })
  expect(outage(DAY).needs_operator).toBe(true)
  expect(faultTextOf('storage/full', 'nas', 0, 1).needs_operator).toBe(true)
})

test('a fault of another version is told by its code', () => {
  expect(faultTextOf('storage/tomorrow', 'nas', null, 0)).toEqual({
    fault: 'storage/tomorrow',
    message: 'nas: storage/tomorrow.',
    hint: null,
    needs_operator: false,
  })
})
