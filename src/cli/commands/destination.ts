import { Configuration } from '../../app/configuration.ts'
import type { LayoutName } from '../../backup/model/destination.ts'
import { askToConvert, layoutOf } from '../../catalog/destinations.ts'
import { wake } from '../../catalog/operator.ts'
import { type Context, openDatabase, readConfig, readFile } from '../context.ts'
import { liveDaemon } from '../process/daemon-process.ts'
import { print } from '../terminal/print.ts'
import { EXIT, Refusal } from '../terminal/refusal.ts'

/**
 * Converts a destination to another layout. Nothing is moved here: the catalog gets the operator's consent, the configuration
 * the new layout, and the daemon (or the next `drivekeep sync`) gives each copy its new key. May be repeated, and turned back.
 */
export async function convert(context: Context, name: string, { to }: { to: LayoutName }): Promise<number> {
  const config = await readConfig(context)
  const destination = config.destinations.find((one) => one.name === name)
  if (destination === undefined) {
    const names = config.destinations.map((one) => one.name).join(', ')
    throw new Refusal(`there is no destination ${JSON.stringify(name)} in the configuration. Known are: ${names}.`)
  }
  await using db = await openDatabase(config.catalogFile)
  const stands = await layoutOf(db, name)
  if (stands?.layout === to && destination.layout === to) {
    await print(
      `${name} has layout ${to} already. \`drivekeep status\` shows whether copies still wait for their keys.`,
    )
    return EXIT.ok
  }
  // First the consent: a configuration that names another layout without it is refused.
  if (stands !== null) await askToConvert(db, name, to)
  if (destination.layout !== to) {
    const configuration = new Configuration(db, await readFile(context))
    await configuration.change(new Map([[`destinations.${name}.layout`, to]]), 'the command line')
  }
  await wake(db)
  const daemon = await liveDaemon(db, config.catalogFile)
  const when = daemon === null ? 'at the next `drivekeep start` or `drivekeep sync`' : 'now, by the daemon'
  await print(
    `${name} is converted to layout ${to}: each copy gets its new key ${when}. ` +
      'Copies stay restorable meanwhile; `drivekeep status` shows how many wait.',
  )
  return EXIT.ok
}
