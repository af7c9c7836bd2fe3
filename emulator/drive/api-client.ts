import type { DriveEmulator } from './index.ts'

/** What a test sees of an answer. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed if it is JSON, else the text. */
  readonly body: Json
}

/** JSON of which a test knows the shape. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads deep into answers, and a wrong guess fails it.
export type Json = any

/** A bare client for tests: calls the API as one account. */
export function apiClient(drive: DriveEmulator, email?: string) {
  const authorization = `Bearer ${drive.accessToken(email)}`
  const send = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(path.startsWith('http') ? path : `${drive.url}${path.startsWith('/') ? '' : '/drive/v3/'}${path}`, {
      ...init,
      headers: { authorization, ...init.headers },
    })
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await send(path, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text) }
  }
  /** The JSON of a successful answer. */
  const get = async (path: string): Promise<Json> => {
    const { status, body } = await ask(path)
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
    return body
  }
  return {
    send,
    ask,
    get,
    call: (method: string, path: string, body?: object): Promise<Answer> =>
      ask(path, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
    async bytes(
      path: string,
      headers: Record<string, string> = {},
    ): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
      const response = await send(path, { headers })
      return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
    },
    /** Names of what a query finds, over all pages. */
    async names(q: string, more = ''): Promise<string[]> {
      const names: string[] = []
      for (let token = ''; ; ) {
        const page = await get(
          `files?q=${encodeURIComponent(q)}&fields=nextPageToken,files(name)${more}${token && `&pageToken=${encodeURIComponent(token)}`}`,
        )
        names.push(...page.files.map(({ name }: { name: string }) => name))
        token = page.nextPageToken ?? ''
        if (token === '') return names
      }
    },
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
