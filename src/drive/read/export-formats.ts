import type { ExportFormat } from '../../backup/model/item.ts'

/** All of Google's own types begin so: folders, shortcuts, documents, and what third-party apps put into Drive. */
export const GOOGLE_TYPES = 'application/vnd.google-apps.'
export const FOLDER = 'application/vnd.google-apps.folder'
export const SHORTCUT = 'application/vnd.google-apps.shortcut'

const OPEN_XML = 'application/vnd.openxmlformats-officedocument.'

/** What each type of Google document is exported to: what loses least and most programs open. */
const DEFAULT_FORMATS: Readonly<Record<string, ExportFormat>> = {
  document: { mimeType: `${OPEN_XML}wordprocessingml.document`, extension: '.docx' },
  spreadsheet: { mimeType: `${OPEN_XML}spreadsheetml.sheet`, extension: '.xlsx' },
  presentation: { mimeType: `${OPEN_XML}presentationml.presentation`, extension: '.pptx' },
  drawing: { mimeType: 'image/svg+xml', extension: '.svg' },
  script: { mimeType: 'application/vnd.google-apps.script+json', extension: '.json' },
}

/** The format a native document is exported to; null for forms, sites, maps, apps' own entries and whatever Google invents next. */
export function exportFormatOf(mimeType: string): ExportFormat | null {
  const type = mimeType.slice(GOOGLE_TYPES.length)
  return Object.hasOwn(DEFAULT_FORMATS, type) ? (DEFAULT_FORMATS[type] ?? null) : null
}
