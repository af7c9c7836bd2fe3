import { describe, expect, test } from 'vitest'
import { keyAction, typedTo } from './tree-keys.ts'
import { type Children, type TreeRow, treeRows } from './tree-rows.ts'

function children(names: string[], state: Children['state'] = 'all'): Children {
  return { folders: names.map((name) => ({ id: name, name })), state }
}

function drawn(rows: TreeRow[]): string[] {
  return rows.map((row) => {
    const indent = '  '.repeat(row.level - 1)
    if (row.kind !== 'folder') return `${indent}(${row.kind})`
    const sign = { closed: '+', open: '-', leaf: ' ' }[row.shape]
    return `${indent}${sign}${row.name} ${row.position}/${row.siblings}`
  })
}

const TREE = treeRows(
  new Map<string | null, Children>([
    [null, children(['Art', 'Work', 'Zoo'])],
    ['Work', children(['2023', '2024'], 'more')],
    ['2023', children([])],
    ['2024', children([], 'loading')],
    ['never shown', children(['x'])],
  ]),
)

test('rows follow what has been opened', () => {
  expect(drawn(TREE)).toEqual([
    '+Art 1/3',
    '-Work 2/3',
    '   2023 1/-1',
    '  -2024 2/-1',
    '    (loading)',
    '  (more)',
    '+Zoo 3/3',
  ])
  expect(TREE[3]).toMatchObject({ ancestors: ['Work'], level: 2 })
})

test('a folder that seems to lie in itself ends the tree there', () => {
  const rows = treeRows(
    new Map<string | null, Children>([
      [null, children(['a'])],
      ['a', children(['a'])],
    ]),
  )
  expect(rows).toHaveLength(2)
})

test('a hundred thousand folders in one are no burden', () => {
  const names = Array.from({ length: 100_000 }, (_, at) => `folder ${at}`)
  expect(treeRows(new Map([[null, children(names, 'more')]]))).toHaveLength(100_001)
})

describe('keys', () => {
  test.each([
    ['ArrowDown', 0, { do: 'move', to: 1 }],
    ['ArrowDown', 6, { do: 'move', to: 6 }],
    ['ArrowUp', 0, { do: 'move', to: 0 }],
    ['Home', 4, { do: 'move', to: 0 }],
    ['End', 0, { do: 'move', to: 6 }],
    ['PageDown', 1, { do: 'move', to: 6 }],
    ['ArrowRight', 0, { do: 'open', id: 'Art' }],
    ['ArrowRight', 1, { do: 'move', to: 2 }],
    ['ArrowRight', 2, null],
    ['ArrowLeft', 1, { do: 'close', id: 'Work' }],
    ['ArrowLeft', 2, { do: 'move', to: 1 }],
    ['ArrowLeft', 4, { do: 'move', to: 3 }],
    ['ArrowLeft', 0, { do: 'move', to: 0 }],
    [' ', 2, { do: 'toggle', id: '2023' }],
    [' ', 5, null],
    ['Tab', 0, null],
  ])('%s on row %i', (key, at, action) => {
    expect(keyAction(key, TREE, at)).toEqual(action)
  })

  test('space on children that could not be read asks again', () => {
    const rows = treeRows(new Map([[null, { ...children(['a'], 'failed'), message: 'Google cannot be asked now.' }]]))
    expect(keyAction(' ', rows, 1)).toEqual({ do: 'again', parent: null })
  })

  test.each([
    ['z', 0, 6],
    ['w', 1, 1],
    ['2', 2, 3],
    ['2', 3, 2],
    ['2024', 3, 3],
    ['WO', 0, 1],
    ['q', 2, 2],
  ])('typing %s on row %i goes to row %i', (typed, at, to) => {
    expect(typedTo(typed, TREE, at)).toBe(to)
  })
})
