import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Choice,
  choose,
  chooseAll,
  clicked,
  forget,
  indexed,
  inWords,
  type Mode,
  nothingChosen,
  SHARED,
  type Share,
  sameChoice,
  shareOf,
  shareOfAll,
  type TreeFolder,
} from './selection.ts'

/** A small drive: each folder with the way down to it. */
const PHOTOS = folder('photos')
const Y2024 = folder('2024', 'photos')
const RAW = folder('raw', 'photos', '2024')
const WORK = folder('work')

function folder(id: string, ...ancestors: string[]): TreeFolder {
  return { id, name: id, ancestors }
}

function after(start: Mode, ...steps: [TreeFolder, Mode][]): Choice {
  return steps.reduce((choice, [at, mode]) => choose(choice, at, mode), chooseAll(start))
}

describe('what a box shows', () => {
  test.each<[string, Choice, [all: Share, photos: Share, y2024: Share, raw: Share, work: Share]]>([
    ['everything', after('include'), ['all', 'all', 'all', 'all', 'all']],
    ['nothing', after('exclude'), ['none', 'none', 'none', 'none', 'none']],
    ['one folder of all', after('exclude', [PHOTOS, 'include']), ['part', 'all', 'all', 'all', 'none']],
    ['all but one folder', after('include', [PHOTOS, 'exclude']), ['part', 'none', 'none', 'none', 'all']],
    ['all but one deep inside', after('include', [RAW, 'exclude']), ['part', 'part', 'part', 'none', 'all']],
    ['one deep inside only', after('exclude', [RAW, 'include']), ['part', 'part', 'part', 'all', 'none']],
    [
      'one skipped in one chosen',
      after('exclude', [PHOTOS, 'include'], [Y2024, 'exclude']),
      ['part', 'part', 'none', 'none', 'none'],
    ],
    [
      'the innermost decides',
      after('exclude', [PHOTOS, 'include'], [Y2024, 'exclude'], [RAW, 'include']),
      ['part', 'part', 'part', 'all', 'none'],
    ],
  ])('%s', (_, choice, [all, photos, y2024, raw, work]) => {
    const index = indexed(choice)
    expect(shareOfAll(index)).toBe(all)
    expect([PHOTOS, Y2024, RAW, WORK].map((at) => shareOf(index, at))).toEqual([photos, y2024, raw, work])
  })
})

describe('choosing', () => {
  test('only what differs from the folder around it is named', () => {
    expect(after('include', [PHOTOS, 'include']).folders).toEqual([])
    expect(after('include', [PHOTOS, 'exclude'], [PHOTOS, 'include']).folders).toEqual([])
    expect(after('exclude', [PHOTOS, 'include'], [RAW, 'include']).folders.map(({ id }) => id)).toEqual(['photos'])
  })

  test('settles everything below', () => {
    const choice = after('include', [RAW, 'exclude'], [Y2024, 'exclude'], [PHOTOS, 'exclude'])
    expect(choice.folders.map(({ id, mode }) => [id, mode])).toEqual([['photos', 'exclude']])
    expect(after('include', [RAW, 'exclude'], [PHOTOS, 'include'])).toEqual(chooseAll('include'))
  })

  test('a folder taken out of the list follows what is around it', () => {
    const choice = after('exclude', [PHOTOS, 'include'], [RAW, 'exclude'])
    expect(shareOf(indexed(forget(choice, 'raw')), RAW)).toBe('all')
  })

  test('a click makes whole what is not', () => {
    expect((['all', 'none', 'part'] as const).map(clicked)).toEqual(['exclude', 'include', 'include'])
  })

  test('a folder named in vain, as by a folder that moved, is kept until it is touched', () => {
    const moved: Choice = { rest: 'include', folders: [{ ...RAW, mode: 'include' }] }
    expect(shareOf(indexed(moved), PHOTOS)).toBe('all')
    expect(choose(moved, WORK, 'exclude').folders).toContainEqual({ ...RAW, mode: 'include' })
  })

  test('whatever was clicked before, a folder that is clicked is wholly in or wholly out, and nothing is named in vain', () => {
    const folders = [PHOTOS, Y2024, RAW, WORK, folder('lone', 'work')]
    const mode = fc.constantFrom<Mode>('include', 'exclude')
    const click = fc.tuple(fc.constantFrom(...folders), mode)
    fc.assert(
      fc.property(mode, fc.array(click, { maxLength: 12 }), click, (rest, before, [at, wanted]) => {
        const choice = choose(after(rest, ...before), at, wanted)
        expect(shareOf(indexed(choice), at)).toBe(wanted === 'include' ? 'all' : 'none')
        for (const { id, ancestors } of choice.folders) {
          const inside = folder('inside', ...ancestors, id)
          expect(shareOf(indexed(forget(choice, id)), inside)).not.toBe(shareOf(indexed(choice), inside))
        }
      }),
    )
  })
})

test('what others have shared is a folder of its own', () => {
  const choice = after('include', [SHARED, 'exclude'])
  expect(inWords(choice)).toBe('Everything is backed up except “Shared with me”.')
  expect([SHARED, WORK].map((at) => shareOf(indexed(choice), at))).toEqual(['none', 'all'])
  expect(choose(choice, SHARED, 'include')).toEqual(chooseAll('include'))
})

describe('two choices are the same', () => {
  test.each<[boolean, Choice, Choice]>([
    [true, after('include'), chooseAll('include')],
    [false, after('include'), after('exclude')],
    [false, after('include', [WORK, 'exclude']), after('include', [PHOTOS, 'exclude'])],
    [
      true,
      after('include', [WORK, 'exclude'], [PHOTOS, 'exclude']),
      after('include', [PHOTOS, 'exclude'], [WORK, 'exclude']),
    ],
  ])('%s', (same, one, other) => {
    expect(sameChoice(one, other)).toBe(same)
  })
})

test.each<[string, Choice]>([
  ['Everything is backed up.', after('include')],
  ['Nothing is backed up.', after('exclude')],
  ['Only “photos” is backed up.', after('exclude', [PHOTOS, 'include'])],
  ['Only “photos” and “work” are backed up.', after('exclude', [PHOTOS, 'include'], [WORK, 'include'])],
  ['Only “photos” is backed up, without “2024”.', after('exclude', [PHOTOS, 'include'], [Y2024, 'exclude'])],
  ['Everything is backed up except “work”.', after('include', [WORK, 'exclude'])],
  [
    'Everything is backed up except “photos”, but “raw” inside is.',
    after('include', [PHOTOS, 'exclude'], [RAW, 'include']),
  ],
  [
    'Only “a”, “b”, “c” and 2 more folders are backed up.',
    after('exclude', ...['a', 'b', 'c', 'd', 'e'].map((id) => [folder(id), 'include'] as [TreeFolder, Mode])),
  ],
])('in words: %s', (words, choice) => {
  expect(inWords(choice)).toBe(words)
})

test('nothing is chosen when no folder is, even if some are skipped by name', () => {
  expect(nothingChosen(after('exclude'))).toBe(true)
  expect(nothingChosen(after('exclude', [PHOTOS, 'include'], [Y2024, 'exclude']))).toBe(false)
  expect(nothingChosen(after('include', [PHOTOS, 'exclude']))).toBe(false)
})
