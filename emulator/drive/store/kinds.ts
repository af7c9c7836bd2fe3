/** The MIME types that Drive gives a meaning to, and what each native kind can be exported as. */

const PREFIX = 'application/vnd.google-apps.'

export const FOLDER = `${PREFIX}folder`
export const SHORTCUT = `${PREFIX}shortcut`

export type Kind = 'blob' | 'folder' | 'shortcut' | 'native'

/** What an item of this MIME type is to a backup: only a blob has bytes and checksums. */
export function kindOf(mimeType: string): Kind {
  if (!mimeType.startsWith(PREFIX)) return 'blob'
  if (mimeType === FOLDER) return 'folder'
  return mimeType === SHORTCUT ? 'shortcut' : 'native'
}

/** The full MIME type of a native kind: `nativeType('document')`. */
export function nativeType(name: string): string {
  return PREFIX + name
}

export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
export const PPTX = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'
const ODT = 'application/vnd.oasis.opendocument.text'
const ODS = 'application/vnd.oasis.opendocument.spreadsheet'
const ODP = 'application/vnd.oasis.opendocument.presentation'

/** `about.exportFormats`, in the order Google serves it. A native type that is missing here cannot be exported. */
export const EXPORT_FORMATS: Readonly<Record<string, readonly string[]>> = {
  [nativeType('document')]: [
    'application/rtf',
    ODT,
    'text/html',
    'application/pdf',
    'text/x-markdown',
    'text/markdown',
    'application/epub+zip',
    'application/zip',
    DOCX,
    'text/plain',
  ],
  [nativeType('spreadsheet')]: [
    'application/x-vnd.oasis.opendocument.spreadsheet',
    'text/tab-separated-values',
    'application/pdf',
    XLSX,
    'text/csv',
    'application/zip',
    ODS,
  ],
  [nativeType('presentation')]: [ODP, 'application/pdf', PPTX, 'text/plain'],
  [nativeType('drawing')]: ['image/svg+xml', 'image/png', 'application/pdf', 'image/jpeg'],
  [nativeType('script')]: [`${nativeType('script')}+json`],
  [nativeType('form')]: ['application/zip'],
  [nativeType('jam')]: ['application/pdf'],
}

/** `about.importFormats`: what an upload may be converted to. */
export const IMPORT_FORMATS: Readonly<Record<string, readonly string[]>> = {
  [DOCX]: [nativeType('document')],
  [ODT]: [nativeType('document')],
  'application/rtf': [nativeType('document')],
  'text/html': [nativeType('document')],
  'text/plain': [nativeType('document')],
  [XLSX]: [nativeType('spreadsheet')],
  [ODS]: [nativeType('spreadsheet')],
  'text/csv': [nativeType('spreadsheet')],
  [PPTX]: [nativeType('presentation')],
  [ODP]: [nativeType('presentation')],
  [`${nativeType('script')}+json`]: [nativeType('script')],
}

/** `exportFormat=` of an export link, for each MIME type that has one. */
export const FORMAT_NAMES: Readonly<Record<string, string>> = {
  'application/rtf': 'rtf',
  [ODT]: 'odt',
  'text/html': 'html',
  'application/pdf': 'pdf',
  'text/x-markdown': 'x-markdown',
  'text/markdown': 'markdown',
  'application/epub+zip': 'epub',
  'application/zip': 'zip',
  [DOCX]: 'docx',
  'text/plain': 'txt',
  'application/x-vnd.oasis.opendocument.spreadsheet': 'x-ods',
  'text/tab-separated-values': 'tsv',
  [XLSX]: 'xlsx',
  'text/csv': 'csv',
  [ODS]: 'ods',
  [ODP]: 'odp',
  [PPTX]: 'pptx',
  'image/svg+xml': 'svg',
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  [`${nativeType('script')}+json`]: 'json',
}

const BY_EXTENSION: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  css: 'text/css',
  json: 'application/json',
  xml: 'text/xml',
  yaml: 'application/x-yaml',
  yml: 'application/x-yaml',
  js: 'text/javascript',
  ts: 'text/typescript',
  py: 'text/x-python',
  sh: 'application/x-sh',
  log: 'text/plain',
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  heic: 'image/heic',
  png: 'image/png',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  zip: 'application/zip',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  docx: DOCX,
  xlsx: XLSX,
  pptx: PPTX,
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  psd: 'image/vnd.adobe.photoshop',
  ics: 'text/calendar',
  vcf: 'text/x-vcard',
  epub: 'application/epub+zip',
  sql: 'application/sql',
}

/** The MIME type Drive would guess for an uploaded file of this name. */
export function mimeTypeOf(name: string): string {
  return BY_EXTENSION[extensionOf(name).toLowerCase()] ?? 'application/octet-stream'
}

/** The part after the last dot, without it; empty if there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 1 ? '' : name.slice(dot + 1)
}

/** `tar.gz` for such names, else as `extensionOf`. */
export function fullExtensionOf(name: string): string {
  const match = /\.(tar\.[a-z0-9]{1,4})$/i.exec(name)
  return match?.[1] ?? extensionOf(name)
}
