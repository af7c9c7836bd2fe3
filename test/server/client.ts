import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface Answer<Body = never> {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** Of JSON; throws when it is none. */
  readonly body: [Body] extends [never] ? Record<string, unknown> : Body
}

/** Speaks HTTP as plainly as it can be: no header that is not asked for, and paths as they are written. */
export class Client {
  readonly #url: string
  readonly #headers: OutgoingHttpHeaders
  /** As a browser would keep them: set by answers, sent with every request. */
  readonly cookies = new Map<string, string>()

  constructor(url: string, headers: OutgoingHttpHeaders = {}) {
    this.#url = url
    this.#headers = headers
  }

  /** The same with other headers, and the cookies as they are now. */
  with(headers: OutgoingHttpHeaders): Client {
    const other = new Client(this.#url, { ...this.#headers, ...headers })
    for (const [name, value] of this.cookies) other.cookies.set(name, value)
    return other
  }

  get<Body = never>(path: string): Promise<Answer<Body>> {
    return this.send('GET', path)
  }

  post<Body = never>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.send('POST', path, body)
  }

  put<Body = never>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.send('PUT', path, body)
  }

  patch<Body = never>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.send('PATCH', path, body)
  }

  delete<Body = never>(path: string): Promise<Answer<Body>> {
    return this.send('DELETE', path)
  }

  /** A body that is no text is sent as JSON. */
  send<Body = never>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const { protocol, hostname, port } = new URL(this.#url)
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const headers = {
      ...(cookie === '' ? {} : { cookie }),
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      ...this.#headers,
    }
    const send = protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const request = send({ hostname, port, path, method, headers, agent: false, rejectUnauthorized: false })
      request.once('error', reject)
      request.once('response', (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.once('error', reject)
        response.once('end', () => {
          this.#keepCookies(response.headers['set-cookie'] ?? [])
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            get body() {
              return JSON.parse(text)
            },
          })
        })
      })
      request.end(payload)
    })
  }

  #keepCookies(lines: string[]): void {
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/; *Max-Age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
  }
}
