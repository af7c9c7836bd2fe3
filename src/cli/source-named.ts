import type { CatalogDatabase } from '../catalog/open.ts'
import { knownSources } from '../catalog/sources.ts'
import { Refusal } from './terminal/refusal.ts'

/** The number of a source by its entry in the configuration, its name or its address. */
export async function sourceNamed(db: CatalogDatabase, name: string): Promise<number> {
  const sources = await knownSources(db)
  const found = sources.find((one) => [one.config_name, one.name, one.email].includes(name))
  if (found !== undefined) return found.id
  const names = sources.map((one) => one.config_name ?? one.name).join(', ')
  throw new Refusal(`there is no source ${JSON.stringify(name)}. Known are: ${names === '' ? 'none yet' : names}.`)
}
