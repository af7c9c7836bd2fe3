import { exportDocument } from '../documents/documents.ts'
import { type ApiRoute, type Call, json, type Reply } from '../http/call.ts'
import { badRequest, forbidden, invalid, required } from '../http/errors.ts'
import { EXPORT_PATHS, exportLink } from '../listing/file-resource.ts'
import type { Parts } from '../parts.ts'
import { seeded } from '../store/content.ts'
import type { Item } from '../store/item.ts'
import { DOCX, EXPORT_FORMATS, FORMAT_NAMES, kindOf, nativeType, PPTX, XLSX } from '../store/kinds.ts'
import { itemOf, mustDownload } from '../store/lookup.ts'
import { mediaReply } from './media.ts'

const EXPORT_LIMIT = 10 * 1024 * 1024
const VIDEO = nativeType('vid')
const VIDEO_BYTES = 3_000_000

/** The ways to bytes of native documents: `files.export`, export links, and `files.download` with its operations. */
export function exportRoutes(parts: Parts): ApiRoute[] {
  const download = { cost: 'download', access: 'read-content' } as const
  const links = [...new Set(EXPORT_PATHS)].map(
    (pattern): ApiRoute => ({
      ...download,
      method: 'GET',
      pattern,
      name: 'exportLinks',
      handler: (call) => fromLink(call, parts),
    }),
  )
  return [
    {
      ...download,
      method: 'GET',
      pattern: '/drive/v3/files/:id/export',
      name: 'files.export',
      handler: (call) => exported(call, parts),
    },
    {
      ...download,
      method: 'POST',
      pattern: '/drive/v3/files/:id/download',
      name: 'files.download',
      handler: (call) => start(call, parts),
    },
    {
      method: 'GET',
      pattern: '/drive/v3/operations/:name',
      name: 'operations.get',
      cost: 'read',
      access: 'read-content',
      handler: (call) => json(parts.operations.poll(call.params.name ?? '', call.user.email)),
    },
    ...links,
  ]
}

function exported(call: Call, { store }: Parts): Reply {
  const mimeType = call.query.text('mimeType')
  if (!mimeType) throw required('mimeType', 'Required parameter: mimeType')
  const item = itemOf(call, store, call.params.id, true)
  if (!EXPORT_FORMATS[item.mimeType]) {
    throw forbidden('fileNotExportable', 'Export only supports Docs Editors files.')
  }
  if (!item.canDownload) throw forbidden('cannotExportFile', 'This file cannot be exported by the user.')
  const bytes = bytesOf(item, mimeType, store.now())
  if (!bytes) throw badRequest('The requested conversion is not supported.', 'convertTo')
  if (bytes.length > EXPORT_LIMIT) throw forbidden('exportSizeLimitExceeded', 'This file is too large to be exported.')
  return chunked(bytes, mimeType)
}

/** Bytes given at an upload win over generated ones. */
function bytesOf(item: Item, mimeType: string, now: number): Buffer | undefined {
  return item.exports?.get(mimeType.toLowerCase()) ?? exportDocument(item, mimeType, now)
}

/** Exports come without a length, and ranges are not for them. */
function chunked(bytes: Buffer, mimeType: string): Reply {
  return { status: 200, headers: { 'Content-Type': mimeType }, body: [bytes] }
}

/** Export links know no limit of size. */
function fromLink(call: Call, { store }: Parts): Reply {
  const format = call.query.text('exportFormat')
  const item = itemOf(call, store, call.query.text('id') ?? '', true)
  if (!item.canDownload) throw forbidden('cannotExportFile', 'This file cannot be exported by the user.')
  if (item.mimeType === VIDEO && format === 'mp4') {
    return mediaReply(seeded(`${item.id}/${item.version}`, VIDEO_BYTES), 'video/mp4', call.headers.range)
  }
  const mimeType = EXPORT_FORMATS[item.mimeType]?.find((mime) => FORMAT_NAMES[mime] === format)
  const bytes = mimeType === undefined ? undefined : bytesOf(item, mimeType, store.now())
  if (mimeType === undefined || !bytes) throw invalid('exportFormat')
  return chunked(bytes, mimeType)
}

const DEFAULT_FORMATS: Readonly<Record<string, string>> = {
  [nativeType('document')]: DOCX,
  [nativeType('spreadsheet')]: XLSX,
  [nativeType('presentation')]: PPTX,
  [nativeType('drawing')]: 'image/png',
  [nativeType('script')]: `${nativeType('script')}+json`,
  [nativeType('form')]: 'application/zip',
  [nativeType('jam')]: 'application/pdf',
  [VIDEO]: 'video/mp4',
}

function start(call: Call, parts: Parts): Reply {
  const item = itemOf(call, parts.store, call.params.id, true)
  const metadata = { '@type': 'type.googleapis.com/google.apps.drive.v3.DownloadFileMetadata' }
  const downloadUri = kindOf(item.mimeType) === 'blob' ? blobUri(item, call, parts) : nativeUri(item, call, parts)
  const response = {
    '@type': 'type.googleapis.com/google.apps.drive.v3.DownloadFileResponse',
    downloadUri,
    partialDownloadAllowed: kindOf(item.mimeType) === 'blob',
  }
  return json(parts.operations.start(call.user.email, metadata, { response }))
}

function blobUri(item: Item, call: Call, { store, origin }: Parts): string {
  if (call.query.text('mimeType')) throw invalid('mimeType')
  mustDownload(item, store, call)
  const revision = call.query.text('revisionId')
  const path = revision === undefined ? item.id : `${item.id}/revisions/${encodeURIComponent(revision)}`
  return `${origin()}/drive/v3/files/${path}?alt=media`
}

function nativeUri(item: Item, call: Call, { origin }: Parts): string {
  const mimeType = call.query.text('mimeType') || DEFAULT_FORMATS[item.mimeType]
  if (mimeType === undefined) {
    throw forbidden('fileNotDownloadable', 'This file has no content that can be downloaded.')
  }
  const offered = item.mimeType === VIDEO ? mimeType === 'video/mp4' : EXPORT_FORMATS[item.mimeType]?.includes(mimeType)
  if (!offered) throw badRequest('The requested conversion is not supported.', 'convertTo')
  return exportLink(item, mimeType, origin())
}
