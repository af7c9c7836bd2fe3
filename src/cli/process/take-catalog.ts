import { AlreadyRunning, takeCatalog } from '../../app/compose.ts'
import type { CatalogDatabase } from '../../catalog/open.ts'
import type { Config } from '../../config/config.ts'
import { Refusal } from '../terminal/refusal.ts'
import { liveDaemon } from './daemon-process.ts'

/** Makes this process the one that works on the catalog, or says who does and what the operator wants of them. */
export async function takeOrRefuse(db: CatalogDatabase, config: Config): Promise<Disposable> {
  try {
    return takeCatalog(config)
  } catch (error) {
    if (!(error instanceof AlreadyRunning)) throw error
    const daemon = await liveDaemon(db, config.catalogFile)
    if (daemon === null) throw error
    const running = `a daemon (pid ${daemon.pid}) works on ${config.catalogFile} already.`
    throw new Refusal(
      daemon.desired === 'running'
        ? `${running} \`drivekeep status\` shows what it does.`
        : `${running} It was ${daemon.desired} by the operator; \`drivekeep resume\` lets it go on.`,
    )
  }
}
