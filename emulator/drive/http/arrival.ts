/** What the request line says, taken apart once. */
export interface Arrival {
  readonly method: string
  readonly url: string
  readonly path: string
  readonly search: string
  readonly media: boolean
  readonly pretty: boolean
}

const MEDIA = /(?:^|&)alt=media(?:&|$)/i
const COMPACT = /(?:^|&)prettyPrint=(?:false|0|f|n|no)(?:&|$)/i

/** Takes method and URL of a request apart. */
export function arrivalOf(method: string, url: string): Arrival {
  const mark = url.indexOf('?')
  const search = mark < 0 ? '' : url.slice(mark + 1)
  const path = mark < 0 ? url : url.slice(0, mark)
  return { method, url, path, search, media: MEDIA.test(search), pretty: !COMPACT.test(search) }
}
