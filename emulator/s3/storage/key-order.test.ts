import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareUtf8, KeyOrder } from './key-order.ts'

const keys = fc.string({ unit: 'binary', maxLength: 6 })

test('keys are ordered as their UTF-8 bytes are', () => {
  fc.assert(
    fc.property(keys, keys, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
  expect(compareUtf8('\uffee', '\u{1f600}'), 'UTF-16 has these the other way round').toBeLessThan(0)
})

test('the order holds through any adding, deleting and listing in between', () => {
  const step = fc.tuple(
    fc.constantFrom('add', 'delete', 'list'),
    fc.constantFrom('a', 'b', 'c', 'd', '\uffee', '\u{1f600}'),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const order = new KeyOrder()
      const expected = new Set<string>()
      for (const [what, key] of steps) {
        if (what === 'list') order.sorted(compareUtf8)
        else if (what === 'add' && !expected.has(key)) {
          order.add(key)
          expected.add(key)
        } else if (what === 'delete' && expected.delete(key)) order.delete(key)
      }
      expect(order.sorted(compareUtf8)).toEqual([...expected].sort(compareUtf8))
    }),
  )
})
