import type { CatalogDatabase } from '../catalog/open.ts'
import { hasChosen, readDaemon } from '../catalog/operator.ts'
import { saveSetting, setting } from '../catalog/settings.ts'
import type { Loaded } from '../config/file/load.ts'

/** What a person has done on the way from an empty install to the first protected file. */
export interface SetUpSteps {
  /** Drivekeep can sign in at Google. */
  google: boolean
  /** What is to be backed up has been chosen; who writes the sign-in into config.yaml chooses there too. */
  selection: boolean
  destination: boolean
  /** With all of that, somebody has started the backup, or it has started by itself. */
  started: boolean
}

const SIGN_IN = ['refresh_token', 'service_account_key', 'service_account_file']
const SELECTION = ['folders.rest', 'folders.include', 'folders.exclude']
const BEGUN = 'work_begun'

export async function setUpSteps(db: CatalogDatabase, loaded: Loaded): Promise<SetUpSteps> {
  const steps = configured(loaded)
  const wanted = loaded.state === 'ready' && (await hasChosen(db)) && (await readDaemon(db))?.desired === 'running'
  return { ...steps, started: wanted || (await setting(db, BEGUN)) !== null }
}

/** Whether all is set up but the start itself. */
export function isSetUp({ google, selection, destination }: SetUpSteps): boolean {
  return google && selection && destination
}

/** Whether a daemon may begin without being told, where `sync.auto_start` says so: nobody is still choosing. */
export function mayStartByItself(loaded: Loaded): boolean {
  return loaded.config.sync.autoStart && loaded.state === 'ready' && configured(loaded).selection
}

/** Remembers that files are being backed up. */
export async function workBegins(db: CatalogDatabase): Promise<void> {
  if ((await setting(db, BEGUN)) === null) await saveSetting(db, BEGUN, 'yes')
}

function configured({ config, entries, notConnected, originOf, fileGives }: Loaded): Omit<SetUpSteps, 'started'> {
  const keys = (names: readonly string[]) =>
    entries.flatMap(({ name }) => names.map((key) => ['sources', name, ...key.split('.')]))
  const byHand = keys(SIGN_IN).some(fileGives)
  return {
    google: config.sources.some(({ name }) => !notConnected.includes(name)),
    selection: byHand || keys(SELECTION).some((key) => originOf(key) !== 'default'),
    destination: config.destinations.length > 0,
  }
}
