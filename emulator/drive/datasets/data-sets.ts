import type { ItemSource } from '../store/item-table.ts'
import { type Random, randomFrom } from '../store/random.ts'
import type { DriveStore } from '../store/store.ts'
import { fillAwkward } from './awkward.ts'
import { fillLarge, fillMany } from './bench.ts'
import { millionItems } from './million.ts'
import { fillMixed } from './mixed.ts'
import { fillSmall } from './small.ts'

export type DataSetName = 'empty' | 'small' | 'mixed' | 'large' | 'many' | 'awkward' | 'million'

export interface DataSetSize {
  /** Files (`million`: items). */
  count?: number
  /** Bytes of each file, in `many` and `large`. */
  size?: number
}

interface DataSet {
  readonly about: string
  /** Items that are computed, not stored. */
  readonly source?: (seed: number, email: string, size: DataSetSize) => ItemSource
  readonly fill?: (store: DriveStore, random: Random, size: DataSetSize) => void
}

/** The drives that can be had by name. With the same seed they are the same, ids and bytes included. */
export const DATA_SETS: Readonly<Record<DataSetName, DataSet>> = {
  empty: { about: 'nothing' },
  small: { about: 'about sixty believable items', fill: fillSmall },
  mixed: {
    about: '2,000 files (or --count) of log-normal size, with names in many languages',
    fill: (store, random, { count }) => fillMixed(store, random, count),
  },
  large: {
    about: '4 files of 1 GiB (or --count, --size)',
    fill: (store, _random, { count, size }) => fillLarge(store, count, size),
  },
  many: {
    about: '5,000 files of 4 KiB (or --count, --size)',
    fill: (store, _random, { count, size }) => fillMany(store, count, size),
  },
  awkward: { about: 'everything that naive tools stumble over', fill: fillAwkward },
  million: {
    about: '1,000,000 items (or --count), computed as they are read',
    source: (seed, email, { count }) => millionItems(seed, email, count),
  },
}

export function isDataSet(name: string): name is DataSetName {
  return Object.hasOwn(DATA_SETS, name)
}

/** Fills a store that was made with the set's source, if it has one. What is filled in is not in the change logs. */
export function fillDataSet(store: DriveStore, name: DataSetName, seed: number, size: DataSetSize): void {
  store.load(() => DATA_SETS[name].fill?.(store, randomFrom(seed), size))
}
