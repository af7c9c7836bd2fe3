import { wake } from '../../../catalog/operator.ts'
import { retryAll, retryNamed } from '../../../catalog/read/problems.ts'
import { type Context, openDatabase, readConfig } from '../../context.ts'
import { liveDaemon } from '../../process/daemon-process.ts'
import { count } from '../../terminal/format.ts'
import { print } from '../../terminal/print.ts'
import { EXIT, Refusal } from '../../terminal/refusal.ts'

/** Makes failed files due now, and wakes the daemon. */
export async function retry(
  context: Context,
  path: string | undefined,
  { all = false }: { all?: boolean },
): Promise<number> {
  if ((path === undefined) !== all) {
    throw new Refusal('name one file by its path or id, or all of them with --all.', EXIT.misused)
  }
  const config = await readConfig(context)
  await using db = await openDatabase(config.catalogFile)
  const which = path === undefined ? null : path.replace(/^\/+|\/+$/g, '')
  let files = 0
  if (which !== null) files = await retryNamed(db, which, Date.now())
  else for await (const some of retryAll(db, null, Date.now())) files += some
  if (files === 0) {
    if (which === null) await print('Nothing has failed: there is nothing to try again.')
    else
      throw new Refusal(`no failed file has the path or id ${JSON.stringify(path)}. \`drivekeep failures\` lists them.`)
    return EXIT.ok
  }
  await wake(db)
  const daemon = await liveDaemon(db, config.catalogFile)
  const when =
    daemon === null
      ? 'in the next `drivekeep sync`, or when the daemon is started'
      : daemon.desired === 'running'
        ? 'now'
        : `after \`drivekeep resume\` (the daemon is ${daemon.desired})`
  await print(`${count(files, 'file')} will be tried again ${when}.`)
  return EXIT.ok
}
