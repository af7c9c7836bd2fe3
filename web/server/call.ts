import type { Problem } from '../api/types.ts'

/** A call that the server refused, or that did not get to it. `message` is fit for people; `raw` is the answer as it came. */
export class CallError extends Error {
  override readonly name = 'CallError'
  /** Of HTTP; 0: the server could not be reached. */
  readonly status: number
  readonly problem: Problem | null
  readonly raw: string

  constructor(status: number, problem: Problem | null, raw: string) {
    super(problem?.detail ?? meaningOf(status))
    this.status = status
    this.problem = problem
    this.raw = raw
  }
}

/** Calls the server and gives the answer. Throws CallError alone, or what `signal` was aborted with. */
export async function call<Answer>(method: string, url: string, body: unknown, signal?: AbortSignal): Promise<Answer> {
  const sent: RequestInit = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  let text: string
  try {
    response = await fetch(url, { method, headers, ...sent, ...(signal === undefined ? {} : { signal }) })
    text = await response.text()
  } catch (error) {
    if (signal?.aborted) throw error
    throw new CallError(0, null, String(error))
  }
  const answer = parsed(text)
  if (response.ok && answer !== undefined) return answer as Answer
  throw new CallError(response.ok ? 502 : response.status, isProblem(answer) ? answer : null, text)
}

/** An address with its query; what is undefined is omitted. */
export function address(path: string, query: Record<string, string | number | boolean | undefined> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  if (given.length === 0) return path
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProblem(answer: unknown): answer is Problem {
  return typeof answer === 'object' && answer !== null && 'detail' in answer && typeof answer.detail === 'string'
}

/** For answers that are not Drivekeep's own words: from a proxy before it, or from nowhere. */
function meaningOf(status: number): string {
  if (status === 0) return 'Drivekeep does not answer. Check that it is running and that this device is connected.'
  if (status === 502 || status === 503 || status === 504) {
    return 'Drivekeep does not answer at this moment. It may be starting; try again in a few seconds.'
  }
  return `The server answered with status ${status} and nothing more.`
}
