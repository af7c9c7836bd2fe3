import { type ApiRoute, type Call, json, jsonBody, NO_CONTENT, type Reply } from '../http/call.ts'
import { DriveError, forbidden, insufficientFilePermissions } from '../http/errors.ts'
import { parseFields, pick, type Schema } from '../listing/fields.ts'
import { exportLinks, userResource, type View } from '../listing/file-resource.ts'
import { pagePosition, pageToken } from '../listing/page-token.ts'
import type { Parts } from '../parts.ts'
import { digest } from '../store/content.ts'
import type { Item, Revision } from '../store/item.ts'
import { kindOf } from '../store/kinds.ts'
import { itemOf, mustDownload } from '../store/lookup.ts'
import { headRevision } from '../store/new-item.ts'
import { viewOf } from './files.ts'
import { mediaReply } from './media.ts'

const SCHEMA: Schema = {
  ...Object.fromEntries(
    [
      'kind',
      'id',
      'mimeType',
      'modifiedTime',
      'keepForever',
      'published',
      'publishedLink',
      'publishAuto',
      'publishedOutsideDomain',
      'size',
      'md5Checksum',
      'originalFilename',
    ].map((name) => [name, 'leaf' as const]),
  ),
  lastModifyingUser: 'open',
  exportLinks: 'open',
}
const DEFAULT = 'kind,id,mimeType,modifiedTime'

/** Revisions: of blobs the head and what came before it, of native documents the present state only. */
export function revisionRoutes(parts: Parts): ApiRoute[] {
  const revisions = '/drive/v3/files/:id/revisions'
  const read = { cost: 'read', access: 'read-metadata' } as const
  return [
    {
      ...read,
      cost: 'list',
      method: 'GET',
      pattern: revisions,
      name: 'revisions.list',
      handler: (call) => list(call, parts),
    },
    {
      ...read,
      method: 'GET',
      pattern: `${revisions}/:revision`,
      name: 'revisions.get',
      handler: (call) => get(call, parts),
    },
    {
      method: 'GET',
      pattern: `${revisions}/:revision`,
      media: true,
      name: 'revisions.media',
      cost: 'download',
      access: 'read-content',
      handler: (call) => media(call, parts),
    },
    {
      method: 'PATCH',
      pattern: `${revisions}/:revision`,
      name: 'revisions.update',
      cost: 'modify',
      access: 'write',
      handler: (call) => update(call, parts),
    },
    {
      method: 'DELETE',
      pattern: `${revisions}/:revision`,
      name: 'revisions.delete',
      cost: 'modify',
      access: 'write',
      handler: (call) => remove(call, parts),
    },
  ]
}

function readable(call: Call, { store }: Parts): Item {
  const item = itemOf(call, store, call.params.id, true)
  const role = store.roleOf(item, call.user.email)
  if (role === 'reader' || role === 'commenter') throw insufficientFilePermissions()
  if (kindOf(item.mimeType) === 'folder' || kindOf(item.mimeType) === 'shortcut') {
    throw forbidden('revisionsNotSupported', 'The file does not support revisions.')
  }
  return item
}

/** Oldest first, the head last. */
function revisionsOf(item: Item): Revision[] {
  return [...item.revisions, headRevision(item, item.headRevisionId ?? String(item.version))]
}

function find(item: Item, call: Call): Revision {
  const id = call.params.revision === 'head' ? item.headRevisionId : call.params.revision
  const found = revisionsOf(item).find((revision) => revision.id === id)
  if (found) return found
  throw new DriveError(404, { reason: 'notFound', message: `Revision not found: ${id}.`, location: 'revisionId' })
}

async function resource(revision: Revision, item: Item, view: View): Promise<Record<string, unknown>> {
  const { content } = revision
  return {
    kind: 'drive#revision',
    id: revision.id,
    mimeType: revision.mimeType,
    modifiedTime: new Date(revision.modifiedTime).toISOString(),
    published: false,
    lastModifyingUser: userResource(view, item.modifiedBy),
    ...(content
      ? {
          size: String(content.size),
          originalFilename: revision.originalFilename,
          keepForever: revision.keepForever,
          ...(item.checksums !== 'none' && { md5Checksum: await digest(content, 'md5') }),
        }
      : { exportLinks: exportLinks(item, view.origin) }),
  }
}

async function list(call: Call, parts: Parts): Promise<Reply> {
  const item = readable(call, parts)
  const { query } = call
  const size = query.pageSize(200, 1000)
  const position = pagePosition(query, parts.store.now())
  const all = revisionsOf(item)
  const view = viewOf(call, parts)
  const page = all.slice(position, position + size)
  const next = position + size < all.length ? pageToken(query, position + size, parts.store.now()) : undefined
  const schema = { kind: 'leaf', nextPageToken: 'leaf', revisions: SCHEMA } as const
  const mask = parseFields(query.text('fields') ?? `kind,nextPageToken,revisions(${DEFAULT})`, schema, 'revisionList')
  const revisions = await Promise.all(page.map((revision) => resource(revision, item, view)))
  return json(pick({ kind: 'drive#revisionList', ...(next !== undefined && { nextPageToken: next }), revisions }, mask))
}

async function reply(revision: Revision, item: Item, call: Call, parts: Parts): Promise<Reply> {
  const mask = parseFields(call.query.text('fields') ?? DEFAULT, SCHEMA, 'revision')
  return json(pick(await resource(revision, item, viewOf(call, parts)), mask))
}

function get(call: Call, parts: Parts): Promise<Reply> {
  const item = readable(call, parts)
  return reply(find(item, call), item, call, parts)
}

function media(call: Call, parts: Parts): Reply {
  const item = readable(call, parts)
  const revision = find(item, call)
  mustDownload(item, parts.store, call)
  const head = revision.id === item.headRevisionId
  if (!revision.content || (!head && !revision.keepForever && !parts.store.oldRevisionsReadable)) {
    throw forbidden('revisionNotDownloadable', 'Only revisions that are kept forever can be downloaded.')
  }
  return mediaReply(revision.content, revision.mimeType, call.headers.range)
}

async function update(call: Call, parts: Parts): Promise<Reply> {
  const item = readable(call, parts)
  const revision = find(item, call)
  const { keepForever } = await jsonBody(call)
  if (typeof keepForever === 'boolean') {
    if (revision.id === item.headRevisionId) parts.store.update(item.id, { keepForever })
    else revision.keepForever = keepForever
  }
  return reply(find(item, call), item, call, parts)
}

function remove(call: Call, parts: Parts): Reply {
  const item = readable(call, parts)
  const revision = find(item, call)
  if (revision.id === item.headRevisionId || !revision.content) {
    throw forbidden('cannotDeleteOnlyRevision', 'The head revision of a file cannot be deleted.')
  }
  item.revisions = item.revisions.filter((each) => each !== revision)
  return NO_CONTENT
}
