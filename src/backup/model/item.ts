/** Anything in Drive with an id, as Drive described it when we last looked. Times are ms since 1970, UTC, in the years 1 to 9999. */
export interface Item {
  id: string
  name: string
  /** The folder it lies in; null for what is shared with us, orphans and the root. Legacy files with several parents keep the first. */
  parentId: string | null
  mimeType: string
  createdTime: number
  modifiedTime: number
  /**
   * Grows with every change on the server, also invisible ones: a lower number than the known one is a stale answer.
   * 0 when Drive does not tell it, which says nothing about the answer's age.
   */
  version: number
  /** In the trash itself or through a folder. */
  trashed: boolean
  /** Put in the trash itself, not through a folder. */
  explicitlyTrashed: boolean
  ownedByMe: boolean
  /** The shared drive it lives in; null in My Drive. */
  driveId: string | null
  /** False when the owner forbids it. */
  canDownload: boolean
  content: Content
  /** Which field Drive describes in a form that cannot be used though it is needed to copy the file; null for normal items. */
  unreadable: string | null
}

/** What there is to copy. Sizes are bytes, checksums lower-case hex. */
export type Content =
  | { kind: 'blob'; size: number; md5: string | null; sha256: string | null; headRevisionId: string | null }
  /** A Google document: it has no bytes before its export. `export` is null when Google cannot export the type. */
  | { kind: 'native'; export: ExportFormat | null }
  | { kind: 'folder' }
  | { kind: 'shortcut'; targetId: string; targetMimeType: string }

export interface ExportFormat {
  mimeType: string
  /** With its dot: `.docx`. */
  extension: string
}

/** One news from the change feed. It says only that a file is to be considered again: what to do follows from its present state. */
export type Change = { type: 'seen'; item: Item } | { type: 'removed'; id: string }

/**
 * Names one content of a file for good: part of object keys and metadata, so letters, digits, `.`, `-` and `_` only.
 * Native documents have no revision of their own: their modified time is what moves with an edit, and with a rename
 * (`version` also moves with a view, and exporting again for that would cost a download).
 */
export function revisionOf(item: Item): string {
  const { content } = item
  switch (content.kind) {
    case 'blob':
      return content.headRevisionId ?? content.sha256 ?? content.md5 ?? `v${item.version}`
    case 'native':
      return new Date(item.modifiedTime).toISOString().replaceAll(':', '')
    case 'shortcut':
      return content.targetId
    case 'folder':
      return 'folder'
  }
}

/** Whether both describe the same bytes, judged by the strongest evidence that both have. */
export function sameContent(a: Item, b: Item): boolean {
  const [x, y] = [a.content, b.content]
  if (x.kind !== 'blob' || y.kind !== 'blob') return x.kind === y.kind && revisionOf(a) === revisionOf(b)
  if (x.size !== y.size) return false
  if (x.sha256 !== null && y.sha256 !== null) return x.sha256 === y.sha256
  if (x.md5 !== null && y.md5 !== null) return x.md5 === y.md5
  return revisionOf(a) === revisionOf(b)
}
