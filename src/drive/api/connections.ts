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
  const proxies = proxiesFrom(env)
  const open = (connections: number, origin: string | null): Dispatcher => {
    if (proxies !== null && !isLoopback(apiUrl)) return new EnvHttpProxyAgent({ ...options, ...proxies, connections })
    return origin === null ? new Agent({ ...options, connections }) : new Pool(origin, { ...options, connections })
  }
  const media = open(MEDIA_CONNECTIONS, apiUrl.origin)
  const metadata = open(METADATA_CONNECTIONS, apiUrl.origin)
  const others = open(MEDIA_CONNECTIONS, null)
  return {
    metadata,
    media,
    others,
    async close() {
      await Promise.all([media.destroy(), metadata.destroy(), others.destroy()])
    },
  }
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

/** Null where no proxy is set, or all hosts are exempt. This machine itself is never reached through one. */
function proxiesFrom(env: NodeJS.ProcessEnv): { httpProxy: string; httpsProxy: string; noProxy: string } | null {
  const value = (name: string) => env[name] || env[name.toLowerCase()] || ''
  const [httpProxy, httpsProxy, noProxy] = [value('HTTP_PROXY'), value('HTTPS_PROXY'), value('NO_PROXY')]
  if ((httpProxy === '' && httpsProxy === '') || noProxy.trim() === '*') return null
  return { httpProxy, httpsProxy, noProxy: `${noProxy},localhost,127.0.0.1,[::1]` }
}
