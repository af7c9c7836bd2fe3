import type { KeyedFile, Keys, LayoutName } from '../backup/model/destination.ts'

/** S3's limit for a key, in bytes of UTF-8 (reference: AWS "Creating object key names"; the others follow it). */
const MAX_KEY_BYTES = 1024
/** A suffix longer than this is no file type but part of a name that happens to hold a dot. */
const MAX_EXTENSION_BYTES = 16
/** ETags are opaque, but no server's is near this: an MD5 and the number of parts. */
const MAX_ETAG_LENGTH = 80
/** Where what is ours and not a file's current copy lives, below the prefix. */
export const OWN_FOLDER = '.drivekeep'
/** Where all copies live in layout `id`, below the prefix. */
const CONTENT_FOLDER = 'files'

/**
 * The keys of a destination: pure, equal for equal arguments. `former`: the layout that was in use before, of which keys are
 * left: they stay ours.
 */
export function keysOf(layout: LayoutName, prefix: string, former: LayoutName | null = null): Keys {
  const contentFolder = `${normalisePrefix(prefix)}${CONTENT_FOLDER}/`
  const anyById = layout === 'id' || former === 'id'
  const anyMirrored = layout === 'mirror' || former === 'mirror'
  return {
    layout,
    current: layout === 'mirror' ? (file) => mirrorKey(prefix, file) : (file) => contentKey(prefix, file),
    spare: (fileId, revision) => spareKey(prefix, fileId, revision),
    history: (fileId, revision, etag) => historyKey(prefix, fileId, revision, etag),
    stranger: (key, etag) => strangerKey(prefix, key, etag),
    marker: markerKey(prefix),
    plainMarker: plainMarkerKey(prefix),
    own: ownFolder(prefix),
    folders: (sources) => {
      const names = [...(anyMirrored ? sources : []), ...(anyById ? [CONTENT_FOLDER] : []), OWN_FOLDER]
      return names.map((folder) => `${normalisePrefix(prefix)}${folder}/`.toWellFormed())
    },
    isOfContent: (key) => anyById && key.startsWith(contentFolder),
  }
}

/** A prefix as keys need it: no slash in front, exactly one behind, or nothing at all. */
export function normalisePrefix(prefix: string): string {
  const bare = prefix.toWellFormed().replace(/^\/+/, '').replace(/\/+$/, '')
  return bare === '' ? '' : `${bare}/`
}

/**
 * The key of a file's current copy in layout `mirror`: `<prefix>/<source>/<path>`.
 *
 * The path's segments must be safe and unique among their siblings already, so distinct paths give distinct keys. A key
 * over 1,024 bytes is cut at a character border and ends in ` (<file id>)` and the extension of the last segment: still
 * distinct, because the id is, and the same every time, because nothing but the arguments enters it.
 */
function mirrorKey(prefix: string, place: Pick<KeyedFile, 'source' | 'path' | 'fileId'>): string {
  // A lone surrogate has no UTF-8; stored keys would come back different from what was asked for.
  const key = `${normalisePrefix(prefix)}${place.source}/${place.path}`.toWellFormed()
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES) return key
  const suffix = ` (${place.fileId})${extensionOf(key)}`
  return cutToBytes(key, MAX_KEY_BYTES - Buffer.byteLength(suffix)) + suffix
}

/**
 * The key that keeps an old revision of a file where the bucket keeps no versions. The ETag of the object that is kept is part
 * of it, so that two contents never share a key and copying again does no harm. Where the key would be too long, the revision is cut.
 */
function historyKey(prefix: string, fileId: string, revision: string, etag: string | null): string {
  const clean = cleanETag(etag)
  const suffix = clean === '' ? '' : `.${clean}`
  const key = `${ownFolder(prefix)}versions/${fileId}/${revision}`.toWellFormed()
  return cutToBytes(key, MAX_KEY_BYTES - suffix.length) + suffix
}

/** The key of a copy in layout `id`: `<prefix>/files/<file id>/<revision>[.<variant>]`. It belongs to the content, and is written once. */
function contentKey(prefix: string, { fileId, revision, variant }: KeyedFile): string {
  const suffix = variant === null ? '' : `.${variant}`
  const key = `${normalisePrefix(prefix)}${CONTENT_FOLDER}/${fileId}/${revision}`.toWellFormed()
  return cutToBytes(key, MAX_KEY_BYTES - Buffer.byteLength(suffix)) + suffix
}

/** The key of a content by its file's id and revision, in our own folder. */
function spareKey(prefix: string, fileId: string, revision: string): string {
  return cutToBytes(`${ownFolder(prefix)}files/${fileId}/${revision}`.toWellFormed(), MAX_KEY_BYTES)
}

/**
 * The key that keeps aside what is under `key` and not ours. The ETag comes before the key: where a long key is cut, equal
 * results still mean equal contents.
 */
function strangerKey(prefix: string, key: string, etag: string | null): string {
  const clean = cleanETag(etag)
  const kept = `${ownFolder(prefix)}versions/not-ours/${clean === '' ? 'no-etag' : clean}/${key}`.toWellFormed()
  return cutToBytes(kept, MAX_KEY_BYTES)
}

/** The key of the object that identifies a destination. */
function markerKey(prefix: string): string {
  return `${ownFolder(prefix)}destination.json`
}

/** Of the same object where a rule refuses names with a dot in front. */
function plainMarkerKey(prefix: string): string {
  return `${normalisePrefix(prefix)}drivekeep.json`
}

function ownFolder(prefix: string): string {
  return `${normalisePrefix(prefix)}${OWN_FOLDER}/`
}

function cleanETag(etag: string | null): string {
  return (etag ?? '').replace(/[^A-Za-z0-9-]/g, '').slice(0, MAX_ETAG_LENGTH)
}

function extensionOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  if (dot <= 0) return ''
  const extension = name.slice(dot)
  return Buffer.byteLength(extension) <= MAX_EXTENSION_BYTES ? extension : ''
}

/** The longest beginning of `text` within so many bytes that splits no character. */
function cutToBytes(text: string, bytes: number): string {
  const buffer = Buffer.from(text)
  let end = Math.min(bytes, buffer.length)
  // 10xxxxxx marks a byte inside a character (RFC 3629).
  while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return buffer.toString('utf8', 0, end)
}
