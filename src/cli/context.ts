import type { App } from '../app/compose.ts'
import { machineFault } from '../app/machine-fault.ts'
import type { CatalogDatabase } from '../catalog/open.ts'
import type { ReadyConfig } from '../config/config.ts'
import type { ConfigFile, Loaded } from '../config/file/load.ts'
import type { Override } from '../config/overrides/overrides.ts'
import { Refusal } from './terminal/refusal.ts'

/** What every command is told: the global options. */
export interface Context {
  /** As given, relative to the current folder. */
  configFile: string
  /** Whether somebody named it: then it must be there. */
  named: boolean
}

/** config.yaml with what was set in the dashboard over it. Throws a ConfigError, also for what is missing; or a Refusal. */
export async function readConfig(context: Context): Promise<ReadyConfig> {
  const { readyConfig } = await import('../config/file/load.ts')
  const { file, overrides } = await readLayers(context)
  return readyConfig(file, overrides)
}

/** The same with where each setting comes from. Throws a ConfigError, also for what is missing; or a Refusal. */
export async function readLoaded(context: Context): Promise<Loaded & { state: 'ready' }> {
  const { configOf, readyConfig } = await import('../config/file/load.ts')
  const { file, overrides } = await readLayers(context)
  const loaded = configOf(file, overrides)
  return loaded.state === 'ready' ? loaded : { ...loaded, state: 'ready', config: readyConfig(file, overrides) }
}

/** Both, for whoever can do with less than a complete configuration. Throws a ConfigError, or a Refusal for a catalog that cannot be read. */
export async function readLayers(context: Context): Promise<{ file: ConfigFile; overrides: Override[] }> {
  const { catalogFileOf } = await import('../config/file/load.ts')
  const { openOverrides } = await import('../config/overrides/overrides.ts')
  const { overridesIn } = await import('../catalog/overrides.ts')
  const { secretBox } = await import('../app/configuration.ts')
  const file = await readFile(context)
  const catalogFile = catalogFileOf(file)
  try {
    return { file, overrides: openOverrides(overridesIn(catalogFile), secretBox(file)) }
  } catch (error) {
    throw refusalOf(error, catalogFile)
  }
}

/** The file alone. Throws a ConfigError. */
export async function readFile({ configFile, named }: Context): Promise<ConfigFile> {
  const { readConfigFile, readyConfig } = await import('../config/file/load.ts')
  const file = readConfigFile(configFile, { env: process.env, cwd: process.cwd() })
  if (file.text === null && named) readyConfig(file, []) // says that it is not there
  return file
}

/** The catalog alone, for commands that ask neither Google nor storage. Throws a Refusal that names the file. */
export async function openDatabase(catalogFile: string): Promise<CatalogDatabase> {
  const { openCatalog } = await import('../catalog/open.ts')
  return openCatalog(catalogFile).catch((error: unknown) => {
    throw refusalOf(error, catalogFile)
  })
}

/** All parts; nothing is sent yet. Throws a Refusal for what cannot be opened. */
export async function openApp(config: ReadyConfig): Promise<App> {
  const { compose } = await import('../app/compose.ts')
  return compose(config).catch((error: unknown) => {
    throw refusalOf(error, config.catalogFile)
  })
}

/** Opening says in plain Errors what is wrong with a file or an address, with the remedy; everything else is a bug. */
function refusalOf(error: unknown, catalogFile: string): unknown {
  const words = machineFault(error)
  if (words !== null) return new Refusal(`${catalogFile}: ${words}`)
  return error instanceof Error && error.constructor === Error ? new Refusal(error.message) : error
}
