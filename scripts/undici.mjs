// undici as the built program needs it. Its own index also loads fetch, WebSocket, caches and mocks: 25 ms of CPU at every start.

import errors from 'undici/lib/core/errors.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js'
import Pool from 'undici/lib/dispatcher/pool.js'

export { Agent, EnvHttpProxyAgent, errors, Pool }
