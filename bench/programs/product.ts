import { type App, compose, takeCatalog } from '../../src/app/compose.ts'
import { type Prepared, prepareWork } from '../../src/app/prepare-work.ts'
import { loadConfig } from '../../src/config/file/load.ts'
import { boundHeap } from '../../src/heap.ts'

/** The product's parts, composed from a config.yaml as `sync` and the daemon compose them, for programs that run a part of it. */
export interface Product extends AsyncDisposable {
  app: App
  work: Prepared
}

/** Takes the catalog, and asks whose drives these are when they are new. Nobody interrupts `signal`'s work here but the time limit outside. */
export async function openProduct(configFile: string, signal: AbortSignal): Promise<Product> {
  boundHeap()
  const config = loadConfig(configFile, { env: process.env, cwd: process.cwd() })
  const app = await compose(config)
  const held = takeCatalog(config)
  const work = await prepareWork(app, () => {}, signal)
  return {
    app,
    work,
    async [Symbol.asyncDispose]() {
      await work[Symbol.asyncDispose]()
      held[Symbol.dispose]()
      await app[Symbol.asyncDispose]()
    },
  }
}

/** Calls of all drives, and of all destinations. */
export function callsOf({ drives, destinations }: App): { api: number; storage: number } {
  const sum = (all: readonly { calls: number }[]) => all.reduce((total, { calls }) => total + calls, 0)
  return { api: sum([...drives.values()]), storage: sum(destinations) }
}
