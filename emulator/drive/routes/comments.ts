import { type ApiRoute, type Call, json, jsonBody, type Reply } from '../http/call.ts'
import { DriveError, invalid, required } from '../http/errors.ts'
import { type Mask, parseFields, pick } from '../listing/fields.ts'
import { userResource, type View } from '../listing/file-resource.ts'
import { pagePosition, pageToken } from '../listing/page-token.ts'
import type { Parts } from '../parts.ts'
import type { Comment } from '../store/item.ts'
import { itemOf } from '../store/lookup.ts'
import { viewOf } from './files.ts'

/** Comments on files. Their own rule: `fields` must be given. */
export function commentRoutes(parts: Parts): ApiRoute[] {
  const comments = '/drive/v3/files/:id/comments'
  return [
    {
      method: 'GET',
      pattern: comments,
      name: 'comments.list',
      cost: 'list',
      access: 'read-content',
      handler: (call) => list(call, parts),
    },
    {
      method: 'GET',
      pattern: `${comments}/:comment`,
      name: 'comments.get',
      cost: 'read',
      access: 'read-content',
      handler: (call) => get(call, parts),
    },
    {
      method: 'POST',
      pattern: comments,
      name: 'comments.create',
      cost: 'modify',
      access: 'write',
      handler: (call) => create(call, parts),
    },
  ]
}

function maskOf(call: Call): Mask {
  const fields = call.query.text('fields')
  if (!fields) throw required('fields', "The 'fields' parameter is required for this method.")
  return parseFields(fields, 'open', 'comment')
}

const time = (ms: number): string => new Date(ms).toISOString()

function author(email: string, view: View): object {
  const { kind, displayName, me } = userResource(view, email) as { kind: string; displayName: string; me: boolean }
  return { kind, displayName, me }
}

function resource(comment: Comment, view: View): Record<string, unknown> {
  return {
    kind: 'drive#comment',
    id: comment.id,
    createdTime: time(comment.createdTime),
    modifiedTime: time(comment.modifiedTime),
    author: author(comment.author, view),
    deleted: comment.deleted,
    resolved: comment.resolved,
    ...(!comment.deleted && { content: comment.content, htmlContent: comment.content.replaceAll('<', '&lt;') }),
    ...(comment.quoted !== undefined && { quotedFileContent: { mimeType: 'text/html', value: comment.quoted } }),
    replies: comment.replies.map((reply) => ({
      kind: 'drive#reply',
      id: reply.id,
      createdTime: time(reply.createdTime),
      modifiedTime: time(reply.createdTime),
      author: author(reply.author, view),
      deleted: false,
      content: reply.content,
      ...(reply.action && { action: reply.action }),
    })),
  }
}

function list(call: Call, parts: Parts): Reply {
  const mask = maskOf(call)
  const { query } = call
  const now = parts.store.now()
  const since = query.text('startModifiedTime')
  const from = since === undefined ? 0 : Date.parse(since)
  if (Number.isNaN(from)) throw invalid('startModifiedTime')
  const item = itemOf(call, parts.store, call.params.id, true)
  const size = query.pageSize(20, 100)
  const position = pagePosition(query, now)
  const deleted = query.flag('includeDeleted')
  const all = item.comments.filter((each) => (deleted || !each.deleted) && each.modifiedTime >= from)
  const next = position + size < all.length ? pageToken(query, position + size, now) : undefined
  const view = viewOf(call, parts)
  const comments = all.slice(position, position + size).map((comment) => resource(comment, view))
  return json(pick({ kind: 'drive#commentList', ...(next !== undefined && { nextPageToken: next }), comments }, mask))
}

function get(call: Call, parts: Parts): Reply {
  const mask = maskOf(call)
  const item = itemOf(call, parts.store, call.params.id, true)
  const comment = item.comments.find(({ id }) => id === call.params.comment)
  if (!comment) {
    const message = `Comment not found: ${call.params.comment}.`
    throw new DriveError(404, { reason: 'notFound', message, location: 'commentId' })
  }
  return json(pick(resource(comment, viewOf(call, parts)), mask))
}

async function create(call: Call, parts: Parts): Promise<Reply> {
  const mask = maskOf(call)
  const item = itemOf(call, parts.store, call.params.id, true)
  const { content } = await jsonBody(call)
  if (typeof content !== 'string' || content === '') throw required('content')
  const comment = parts.store.comment(item.id, { content, author: call.user.email })
  return json(pick(resource(comment, viewOf(call, parts)), mask))
}
