import { describe, expect, test } from 'vitest'
import { keyAction, typedTo } from './tree-keys.ts'
import { type Listing, type TreeRow, treeRows } from './tree-rows.ts'

function listing(names: string[], state: Listing['state'] = 'all'): Listing {
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
  new Map<string | null, Listing>([
    [null, listing(['Art', 'Work', 'Zoo'])],
    ['Work', listing(['2023', '2024'], 'more')],
    ['2023', listing([])],
    ['2024', listing([], 'loading')],
    ['never shown', listing(['x'])],
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
    new Map<string | null, Listing>([
      [null, listing(['a'])],
      ['a', listing(['a'])],
    ]),
  )
  expect(rows).toHaveLength(2)
})

test('a hundred thousand folders in one are no burden', () => {
  const names = Array.from({ length: 100_000 }, (_, at) => `folder ${at}`)
  expect(treeRows(new Map([[null, listing(names, 'more')]]))).toHaveLength(100_001)
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

  test('space on a listing that failed asks again', () => {
    const rows = treeRows(new Map([[null, { ...listing(['a'], 'failed'), message: 'Google cannot be asked now.' }]]))
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
