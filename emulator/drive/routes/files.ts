import { withOddItem } from '../faults/item-fault.ts'
import { type ApiRoute, type Call, json, type Reply } from '../http/call.ts'
import { invalidParameter } from '../http/errors.ts'
import { type Mask, parseFields, type Schema } from '../listing/fields.ts'
import type { View } from '../listing/file-resource.ts'
import { FILE_SCHEMA, fileMask, fileShape } from '../listing/file-shape.ts'
import { listPage } from '../listing/listing.ts'
import { pageToken } from '../listing/page-token.ts'
import type { Parts } from '../parts.ts'
import type { Item } from '../store/item.ts'
import { invalidAbuseAcknowledgment, itemOf, mustDownload } from '../store/lookup.ts'
import { mediaReply } from './media.ts'

const LIST_SCHEMA: Schema = { kind: 'leaf', incompleteSearch: 'leaf', nextPageToken: 'leaf', files: FILE_SCHEMA }
const LIST_FIELDS: Mask = new Map(
  ['kind', 'incompleteSearch', 'nextPageToken', 'files'].map((name) => [name, null] as const),
)

/** Reading files: `files.list`, `files.get` with and without `alt=media`, `files.generateIds`. */
export function fileRoutes(parts: Parts): ApiRoute[] {
  const files = '/drive/v3/files'
  return [
    {
      method: 'GET',
      pattern: files,
      name: 'files.list',
      cost: 'list',
      access: 'read-metadata',
      handler: (call) => list(call, parts),
    },
    {
      method: 'GET',
      pattern: `${files}/generateIds`,
      name: 'files.generateIds',
      cost: 'other',
      access: 'write',
      handler: (call) => generateIds(call, parts),
    },
    {
      method: 'GET',
      pattern: `${files}/:id`,
      name: 'files.get',
      cost: 'read',
      access: 'read-metadata',
      handler: (call) => get(call, parts),
    },
    {
      method: 'GET',
      pattern: `${files}/:id`,
      name: 'files.media',
      media: true,
      cost: 'download',
      access: 'read-content',
      handler: (call) => media(call, parts),
    },
    {
      method: 'GET',
      pattern: `${files}/:id/listLabels`,
      name: 'files.listLabels',
      cost: 'read',
      access: 'read-metadata',
      handler: (call) => listLabels(call, parts),
    },
  ]
}

/** How the caller sees files. */
export function viewOf(call: Call, { store, origin }: Parts): View {
  return { store, user: call.user, origin: origin() }
}

/** Answers one file, with the fields asked for. */
export function fileReply(item: Item, call: Call, parts: Parts): Reply | Promise<Reply> {
  const shape = fileShape(fileMask(call.query.text('fields')))
  const show = (): Reply => json(shape.show(item, viewOf(call, parts)))
  return shape.prepare([item])?.then(show) ?? show()
}

function list(call: Call, parts: Parts): Reply | Promise<Reply> {
  const { query, listFault, itemFault } = call
  const view = viewOf(call, parts)
  const { items, next } = listPage(query, view, listFault, itemFault)
  const fields = query.text('fields')
  const mask = fields === undefined ? LIST_FIELDS : parseFields(fields, LIST_SCHEMA, 'fileList')
  const whole = mask.has('*')
  const wants = (name: string): boolean => whole || mask.has(name)
  const shape = fileShape(whole ? (mask.get('*') ?? ALL) : (mask.get('files') ?? (fields === undefined ? null : ALL)))
  const shown = (): readonly unknown[] => {
    const files = items.map((item) => shape.show(item, view))
    const ids = items.map(({ id }) => id)
    return withOddItem(itemFault, 'file', files, ids)
  }
  const answer = (): Reply =>
    json({
      ...(wants('kind') && { kind: 'drive#fileList' }),
      ...(wants('incompleteSearch') && { incompleteSearch: listFault?.kind === 'incomplete-search' }),
      ...(wants('nextPageToken') && next !== undefined && { nextPageToken: pageToken(query, next, parts.store.now()) }),
      ...(wants('files') && { files: shown() }),
    })
  return (wants('files') ? shape.prepare(items)?.then(answer) : undefined) ?? answer()
}

/** `files` without a choice within it means every field of a file. */
const ALL: Mask = new Map([['*', null]])

function get(call: Call, parts: Parts): Reply | Promise<Reply> {
  if (call.query.flag('acknowledgeAbuse')) throw invalidAbuseAcknowledgment()
  const item = itemOf(call, parts.store)
  const reply = fileReply(item, call, parts)
  if (call.itemFault === undefined) return reply
  const altered = ({ json: file }: Reply): Reply => json(withOddItem(call.itemFault, 'file', [file], [item.id])[0])
  return reply instanceof Promise ? reply.then(altered) : altered(reply)
}

function media(call: Call, { store }: Parts): Reply {
  const item = itemOf(call, store)
  mustDownload(item, store, call)
  if (!item.content) throw new Error(`a blob without content: ${item.id}`)
  return mediaReply(item.content, item.mimeType, call.headers.range)
}

function generateIds(call: Call, { store }: Parts): Reply {
  const count = Number(call.query.text('count') ?? 10)
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidParameter(
      'count',
      `Invalid value '${call.query.text('count')}'. Values must be within the range: [1, 1000]`,
    )
  }
  const ids = Array.from({ length: count }, () => store.newId())
  return json({ kind: 'drive#generatedIds', space: call.query.text('space') ?? 'drive', ids })
}

function listLabels(call: Call, { store }: Parts): Reply {
  itemOf(call, store)
  return json({ kind: 'drive#labelList', labels: [] })
}
