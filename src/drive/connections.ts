import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'

/**
 * The connections to Google. Metadata and bytes have a pool each: downloads that wait for a slow bucket hold theirs for hours,
 * and the change feed must not queue behind them.
 */
export interface Connections {
  metadata: Dispatcher
  media: Dispatcher
  /** Token endpoint, and the hosts that Google sends downloads to. */
  others: Dispatcher
  close(): Promise<void>
}

/** How many files are read at once at most; the core decides how many it wants. */
const MEDIA_CONNECTIONS = 64
const METADATA_CONNECTIONS = 16
/** Google keeps idle connections for four minutes; proxies in between often for one. */
const KEEP_ALIVE_MS = 30_000

/** `env`: where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read, as other programs do. `connectMs` includes TLS. */
export function connect(apiUrl: URL, connectMs: number, env: NodeJS.ProcessEnv): Connections {
  // HTTP/2 would share one connection between all: slower for large bodies, and one reset would hit every download.
  const options = { allowH2: false, keepAliveTimeout: KEEP_ALIVE_MS, connect: { timeout: connectMs } }
  const [media, metadata] = usesProxy(env)
    ? [
        new EnvHttpProxyAgent({ ...options, connections: MEDIA_CONNECTIONS }),
        new EnvHttpProxyAgent({ ...options, connections: METADATA_CONNECTIONS }),
      ]
    : [
        new Pool(apiUrl.origin, { ...options, connections: MEDIA_CONNECTIONS }),
        new Pool(apiUrl.origin, { ...options, connections: METADATA_CONNECTIONS }),
      ]
  const others = usesProxy(env) ? media : new Agent({ ...options, connections: MEDIA_CONNECTIONS })
  return {
    metadata,
    media,
    others,
    async close() {
      await Promise.all([media.destroy(), metadata.destroy(), ...(others === media ? [] : [others.destroy()])])
    },
  }
}

function usesProxy(env: NodeJS.ProcessEnv): boolean {
  return [env.HTTPS_PROXY, env.https_proxy, env.HTTP_PROXY, env.http_proxy].some((value) => value)
}
