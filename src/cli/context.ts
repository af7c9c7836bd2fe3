import type { CatalogDatabase } from '../catalog/open.ts'
import type { App } from '../compose.ts'
import type { Config } from '../config/config.ts'
import { machineTrouble } from './machine-trouble.ts'
import { Refusal } from './refusal.ts'

/** What every command is told: the global options. */
export interface Context {
  /** As given, relative to the current folder. */
  configFile: string
}

/** Throws a ConfigError. */
export async function readConfig({ configFile }: Context, env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const { loadConfig } = await import('../config/load.ts')
  return loadConfig(configFile, { env, cwd: process.cwd() })
}

/** The catalog alone, for commands that ask neither Google nor storage. Throws a Refusal that names the file. */
export async function openDatabase(catalogFile: string): Promise<CatalogDatabase & AsyncDisposable> {
  const { openCatalog } = await import('../catalog/open.ts')
  const db = await openCatalog(catalogFile).catch((error: unknown) => {
    throw refusalOf(error, catalogFile)
  })
  return Object.assign(db, { [Symbol.asyncDispose]: () => db.destroy() })
}

/** All parts; nothing is sent yet. Throws a Refusal for what cannot be opened. */
export async function openApp(config: Config): Promise<App> {
  const { compose } = await import('../compose.ts')
  return compose(config).catch((error: unknown) => {
    throw refusalOf(error, config.catalogFile)
  })
}

/** Opening says in plain Errors what is wrong with a file or an address, with the remedy; everything else is a bug. */
function refusalOf(error: unknown, catalogFile: string): unknown {
  const trouble = machineTrouble(error)
  if (trouble !== null) return new Refusal(`${catalogFile}: ${trouble}`)
  return error instanceof Error && error.constructor === Error ? new Refusal(error.message) : error
}
