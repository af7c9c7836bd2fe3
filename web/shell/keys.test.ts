import { expect, test } from 'vitest'
import { meaningOf } from './keys.ts'

const key = (name: string, more = {}) => ({ key: name, modified: false, typing: false, ...more })

test('/ searches, ? helps, g and a letter go to a page', () => {
  expect(meaningOf(key('/'), false)).toEqual({ do: 'search' })
  expect(meaningOf(key('?'), false)).toEqual({ do: 'help' })
  expect(meaningOf(key('g'), false)).toEqual({ do: 'wait' })
  expect(meaningOf(key('f'), true)).toEqual({ do: 'go', path: '/files' })
  expect(meaningOf(key('f'), false)).toBeNull()
  expect(meaningOf(key('x'), true)).toBeNull()
})

test('keys are left to what is being typed, and to the browser', () => {
  expect(meaningOf(key('/', { typing: true }), false)).toBeNull()
  expect(meaningOf(key('f', { modified: true }), true)).toBeNull()
})
