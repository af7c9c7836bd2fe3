import { type ApiRoute, type Call, jsonBody, type Reply } from '../http/call.ts'
import { badRequest } from '../http/errors.ts'
import { fileMask } from '../listing/file-shape.ts'
import type { Parts } from '../parts.ts'
import { fileReply } from '../routes/files.ts'
import type { Item } from '../store/item.ts'
import { IMPORT_FORMATS, kindOf, mimeTypeOf } from '../store/kinds.ts'
import { itemOf, mustWrite } from '../store/lookup.ts'
import { applyMetadata } from './apply-metadata.ts'
import { type FileMetadata, readMetadata, specOf } from './file-metadata.ts'
import { parseRelated } from './related.ts'
import { LARGEST_UPLOAD, progress, receive, type Session, type Sessions, tooLarge } from './session.ts'

/** The bytes of an upload and what the client said of them. */
type Media = { bytes: Buffer; type: string | undefined }

/** What an upload becomes: a new file, or the next revision of one. */
type Target = { create: true } | { create: false; id: string }

type UploadParts = Parts & { sessions: Sessions<Reply> }

const PATH = '/upload/drive/v3/files'

/**
 * Uploads: simple, multipart and resumable, to create files and to change them.
 *
 * A resumable upload goes on at the same path, told apart by `upload_id`: by PUT as documented, by POST as rclone does it.
 */
export function uploadRoutes(parts: UploadParts): ApiRoute[] {
  const write = { cost: 'modify', access: 'write' } as const
  return [
    {
      ...write,
      method: 'POST',
      pattern: PATH,
      name: 'files.create',
      handler: (call) => (call.query.text('upload_id') ? resume(parts, call) : start(parts, call, { create: true })),
    },
    { ...write, method: 'PUT', pattern: PATH, name: 'files.create', handler: (call) => resume(parts, call) },
    {
      ...write,
      method: 'PATCH',
      pattern: `${PATH}/:id`,
      name: 'files.update',
      handler: (call) => start(parts, call, { create: false, id: call.params.id ?? '' }),
    },
  ]
}

async function start(parts: UploadParts, call: Call, target: Target): Promise<Reply> {
  // Wrong fields, a missing file or missing rights are told before any bytes are sent.
  fileMask(call.query.text('fields'))
  if (!target.create) mustWrite(itemOf(call, parts.store, target.id), parts.store, call)
  refuseLarge(call.headers['content-length'])
  switch (call.query.text('uploadType')?.toLowerCase()) {
    case 'media':
      return finish(parts, call, target, {}, { bytes: await call.body(), type: call.headers['content-type'] })
    case 'multipart': {
      const { metadata, media, mediaType } = parseRelated(call.headers['content-type'], await call.body())
      const file = readMetadata(objectFrom(metadata))
      return finish(parts, call, target, file, { bytes: media, type: mediaType })
    }
    case 'resumable': {
      const metadata = readMetadata(await jsonBody(call))
      const type = header(call, 'x-upload-content-type')
      const length = header(call, 'x-upload-content-length')
      const session = parts.sessions.open(length === undefined ? undefined : Number(length), (bytes) =>
        finish(parts, call, target, metadata, { bytes, type }),
      )
      const location = `${parts.origin()}${PATH}?uploadType=resumable&upload_id=${session.id}`
      return { status: 200, headers: { Location: location, 'X-GUploader-UploadID': session.id } }
    }
    default:
      throw badRequest('Invalid upload request: uploadType must be media, multipart or resumable.')
  }
}

async function resume({ sessions }: UploadParts, call: Call): Promise<Reply> {
  const session: Session<Reply> = sessions.find(call.query.text('upload_id') ?? '')
  refuseLarge(call.headers['content-length'])
  const done = await receive(session, header(call, 'content-range'), await call.body())
  return done ?? { status: 308, headers: { ...progress(session), 'X-GUploader-UploadID': session.id } }
}

async function finish(
  parts: UploadParts,
  call: Call,
  target: Target,
  metadata: FileMetadata,
  media: Media,
): Promise<Reply> {
  const item = target.create ? create(parts, call, metadata, media) : update(parts, call, target.id, metadata, media)
  return fileReply(item, call, parts)
}

function create({ store }: UploadParts, call: Call, metadata: FileMetadata, media: Media): Item {
  const parent = itemOf(call, store, metadata.parents?.[0] ?? 'root')
  mustWrite(parent, store, call)
  const spec = specOf(metadata, parent.id)
  const mimeType = metadata.mimeType ?? guessed(media.type, spec.name)
  const keepForever = call.query.flag('keepRevisionForever')
  const common = { ...spec, mimeType, owner: call.user.email, keepForever }
  return store.create(
    kindOf(mimeType) === 'blob' ? { ...common, content: media.bytes } : { ...common, ...converted(mimeType, media) },
  )
}

function update({ store }: UploadParts, call: Call, id: string, metadata: FileMetadata, media: Media): Item {
  const item = itemOf(call, store, id)
  const conversion = kindOf(item.mimeType) === 'blob' ? undefined : converted(item.mimeType, media)
  applyMetadata(item, metadata, call, store)
  if (conversion !== undefined) store.update(item.id, conversion)
  const mimeType = conversion === undefined ? (metadata.mimeType ?? typed(media.type)) : undefined
  return store.edit(item.id, {
    content: media.bytes,
    by: call.user.email,
    keepForever: call.query.flag('keepRevisionForever'),
    ...(mimeType !== undefined && { mimeType }),
    ...(metadata.modifiedTime !== undefined && { modifiedTime: metadata.modifiedTime }),
  })
}

/** A conversion keeps the uploaded bytes as the export of their own format, so that a round trip can be compared. */
function converted(native: string, { bytes, type }: Media): { exports: Map<string, Buffer>; exportSize: number } {
  const format = typed(type)?.toLowerCase() ?? ''
  if (!IMPORT_FORMATS[format]?.includes(native)) throw badRequest('Bad Request')
  return { exports: new Map([[format, bytes]]), exportSize: bytes.length }
}

function refuseLarge(length: string | undefined): void {
  if (length !== undefined && Number(length) > LARGEST_UPLOAD) throw tooLarge()
}

/** The client's word, unless it says nothing more than "bytes"; then the name decides, as at Google. */
function guessed(type: string | undefined, name: string): string {
  return typed(type) ?? mimeTypeOf(name)
}

function typed(type: string | undefined): string | undefined {
  const bare = type?.split(';')[0]?.trim()
  return bare === '' || bare === 'application/octet-stream' ? undefined : bare
}

function objectFrom(text: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text.toString())
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // the same answer as for JSON that is no object
  }
  throw badRequest('Invalid JSON payload received.')
}

function header(call: Call, name: string): string | undefined {
  const value = call.headers[name]
  return Array.isArray(value) ? value[0] : value
}
