import { apiMillion } from './rows/api-million.ts'
import { historyMillion } from './rows/history-million.ts'
import { large } from './rows/large-files.ts'
import { manyBrowsers } from './rows/many-browsers.ts'
import { million } from './rows/million.ts'
import { quota } from './rows/quota.ts'
import { small5k, small50k } from './rows/small-files.ts'
import { threeDestinations } from './rows/three-destinations.ts'
import { twoSources } from './rows/two-sources.ts'
import { unchanged } from './rows/unchanged.ts'
import type { Row } from './settings.ts'

/** Every row by its name on the command line and in RESULTS.md, in the order in which they are run. */
export const ROWS: Readonly<Record<string, Row>> = {
  'small-5k': small5k,
  'small-50k': small50k,
  large,
  'unchanged-100k': unchanged,
  million,
  quota,
  'two-sources': twoSources,
  'three-destinations': threeDestinations,
  'api-million': apiMillion,
  'history-million': historyMillion,
  'many-browsers': manyBrowsers,
}
