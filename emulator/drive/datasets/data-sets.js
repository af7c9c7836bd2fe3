import { randomFrom } from '../random.js';
import { fillAwkward } from './awkward.js';
import { fillLarge, fillMany } from './bench.js';
import { millionItems } from './million.js';
import { fillMixed } from './mixed.js';
import { fillSmall } from './small.js';
/** The drives that can be had by name. With the same seed they are the same, ids and bytes included. */
export const DATA_SETS = {
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
};
export function isDataSet(name) {
    return Object.hasOwn(DATA_SETS, name);
}
/** Fills a store that was made with the set's source, if it has one. What is filled in is not in the change logs. */
export function fillDataSet(store, name, seed, size) {
    store.load(() => DATA_SETS[name].fill?.(store, randomFrom(seed), size));
}
