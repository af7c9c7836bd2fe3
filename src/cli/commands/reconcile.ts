import { wake } from '../../catalog/operator.ts'
import { askForReconcile } from '../../catalog/sources.ts'
import { type Context, openDatabase, readConfig } from '../context.ts'
import { liveDaemon } from '../process/daemon-process.ts'
import { sourceNamed } from '../source-named.ts'
import { print } from '../terminal/print.ts'
import { EXIT, Refusal } from '../terminal/refusal.ts'
import { sync } from './sync.ts'

/** Lists everything in Drive again and compares it with the catalog: by the daemon where one runs, else here. */
export async function reconcile(context: Context, name: string | undefined): Promise<number> {
  const config = await readConfig(context)
  {
    await using db = await openDatabase(config.catalogFile)
    const source = name === undefined ? null : await sourceNamed(db, name)
    if ((await askForReconcile(db, source)) === 0)
      throw new Refusal('nothing was backed up yet, so there is nothing to compare. Run `drivekeep sync` first.')
    const daemon = await liveDaemon(db, config.catalogFile)
    if (daemon !== null) {
      await wake(db)
      const when = daemon.desired === 'running' ? 'now' : `after \`drivekeep resume\` (the daemon is ${daemon.desired})`
      await print(
        `Drive is scanned again and compared ${when}. \`drivekeep status\` and the Activity page show what comes of it.`,
      )
      return EXIT.ok
    }
  }
  return sync(context, {})
}
