import type { Watched } from '../../src/backup/daemon.ts'
import { type App, compose, prepareWork, takeCatalog } from '../../src/compose.ts'
import { loadConfig } from '../../src/config/load.ts'
import { boundHeap } from '../../src/heap.ts'

/** The product's parts, composed from a config.yaml as `sync` and the daemon compose them, for programs that run a part of it. */
export interface Product extends AsyncDisposable {
  app: App
  source: Watched
}

/** Takes the catalog, and asks whose drive it is when it is new. Nobody interrupts `signal`'s work here but the time limit outside. */
export async function openProduct(configFile: string, signal: AbortSignal): Promise<Product> {
  boundHeap()
  const config = loadConfig(configFile, { env: process.env, cwd: process.cwd() })
  const app = await compose(config)
  const held = takeCatalog(config)
  const [source] = (await prepareWork(app, () => {}, signal)).sources
  if (source === undefined) throw new Error(`${configFile} names no source`)
  return {
    app,
    source,
    async [Symbol.asyncDispose]() {
      held[Symbol.dispose]()
      await app[Symbol.asyncDispose]()
    },
  }
}
