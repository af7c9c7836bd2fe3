import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { Proof } from './proof.ts'

test('parts prove the content up to the first that is missing, in whatever order they are stored', () => {
  const proof = new Proof('sha256')
  const whole = proof.continued()
  const behind = ['one', 'two', 'three'].map((part) => whole.update(part).copy())
  const store = (number: number) => proof.stored(number, behind[number - 1] ?? whole)
  const checksum = () => proof.continued().digest('hex')
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  store(3)
  store(2)
  expect([proof.parts, checksum()]).toEqual([0, sha256('')])
  store(1)
  expect([proof.parts, checksum()]).toEqual([3, sha256('onetwothree')])
  // It can be asked for again, and continued from there.
  expect(proof.continued().update('four').digest('hex')).toBe(sha256('onetwothreefour'))
})
