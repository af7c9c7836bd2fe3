import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Fault } from '../../backup/model/faults.ts'
import { quote } from '../api/quote.ts'
import { unlessAborted } from '../clock.ts'

/** Waits on this machine for the browser that comes back from Google's consent page. */
export interface CodeListener extends AsyncDisposable {
  /** For `signInUrl` and `exchangeCode`. */
  readonly redirectUri: string
  /** The code of the sign-in with this state; a Fault when the person or the domain refused. */
  code(state: string, signal: AbortSignal): Promise<string>
}

/** Listens on a free port of 127.0.0.1, out of reach of the network. */
export async function listenForCode(): Promise<CodeListener> {
  const waiting: { state: string; settle: (query: URLSearchParams) => void }[] = []
  const server = createServer((request, response) => {
    const query = queryOf(request)
    const state = query.get('state')
    const waiter = waiting.find((one) => one.state === state)
    // Any web page could send the browser here: without the state of a sign-in of ours it is not Google's answer.
    if (waiter === undefined) return page(response, 404, 'This is not a sign-in that Drivekeep is waiting for.')
    const refused = query.get('code') === null
    page(response, 200, refused ? 'Nothing was allowed.' : 'Drivekeep is signed in.')
    waiter.settle(query)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    code(state, signal) {
      const answered = new Promise<URLSearchParams>((settle) => waiting.push({ state, settle }))
      return unlessAborted(answered.then(codeOf), signal)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function codeOf(query: URLSearchParams): string {
  const code = query.get('code')
  if (code !== null) return code
  throw new Fault('google/access-denied', 'Google sign-in', { detail: quote(query.get('error') ?? 'no code came') })
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URL(request.url ?? '/', 'http://127.0.0.1').searchParams
}

function page(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', connection: 'close' })
  response.end(
    `<!doctype html><title>Drivekeep</title><p>${text} You can close this window and go back to the terminal.</p>`,
  )
}
