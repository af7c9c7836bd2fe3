import { expect, test } from 'vitest'
import { readMessage } from './fault-message.ts'
import { FAULTS, Fault, type FaultCode } from './faults.ts'

test.each(Object.keys(FAULTS) as FaultCode[])('the message of %s is taken apart again', (code) => {
  const { message } = new Fault(code, 'a. file: of (odd) name.pdf', { detail: '403 forbidden' })
  const { fault, happened } = readMessage(message)
  expect(fault).toBe(code)
  expect(happened).toBe(`a. file: of (odd) name.pdf: ${FAULTS[code].what} (403 forbidden).`)
})

test('a message of another version stays as it is', () => {
  expect(readMessage('report.pdf: the moon is in the way. Wait.')).toEqual({
    fault: null,
    happened: 'report.pdf: the moon is in the way. Wait.',
  })
})
