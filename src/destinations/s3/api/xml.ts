import { XMLParser } from 'fast-xml-parser'

/**
 * Values stay text and keep their spaces: a key may be `007` or end in a blank. Numeric references (`&#xA;`) are decoded,
 * because keys may hold characters that XML cannot write otherwise; entities that a document defines itself are not.
 */
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  // What S3 repeats, also where it came only once.
  isArray: (name) => REPEATED.has(name),
})
const REPEATED = new Set(['Contents', 'Upload', 'Part', 'Version', 'DeleteMarker'])

export type Xml = { [name: string]: string | Xml | (string | Xml)[] | undefined }

/**
 * The element `root` of an S3 answer; null when the text is anything else: HTML, JSON, another root, or cut off before
 * the end (the parser itself forgives that, and a listing cut short must never look like a short listing).
 */
export function parseXml(text: string, root: string): Xml | null {
  const trimmed = text.trim()
  const whole = trimmed.endsWith(`</${root}>`) || new RegExp(`<${root}(\\s[^<>]*)?/>$`).test(trimmed)
  if (!whole) return null
  try {
    const document = parser.parse(trimmed) as Xml
    const element = document[root]
    if (element === undefined) return null
    return isElement(element) ? element : {}
  } catch {
    return null
  }
}

/** The text of a child; null when it is missing. An empty element is an empty text. */
export function text(xml: Xml, name: string): string | null {
  const value = xml[name]
  return typeof value === 'string' ? value : null
}

/** The children of a name that may come several times. */
export function all(xml: Xml, name: string): Xml[] {
  const value = xml[name]
  return Array.isArray(value) ? value.filter(isElement) : []
}

function isElement(value: Xml[string]): value is Xml {
  return typeof value === 'object' && !Array.isArray(value)
}

/** Text as XML content. */
export function escapeXml(value: string): string {
  return value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
