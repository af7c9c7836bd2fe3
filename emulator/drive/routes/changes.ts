import { staleItem, withOddItem } from '../faults/item-fault.ts'
import { type ApiRoute, type Call, json, jsonBody, NO_CONTENT, type Reply } from '../http/call.ts'
import { forbidden, invalid, required } from '../http/errors.ts'
import { type Mask, parseFields, pick, type Schema } from '../listing/fields.ts'
import type { View } from '../listing/file-resource.ts'
import { FILE_SCHEMA, fileShape } from '../listing/file-shape.ts'
import { driveNotFound } from '../listing/listing.ts'
import type { Parts } from '../parts.ts'
import type { ChangeEntry } from '../store/change-log.ts'
import { driveResource } from './drives.ts'
import { viewOf } from './files.ts'

const CHANGE_SCHEMA: Schema = {
  ...Object.fromEntries(
    ['kind', 'changeType', 'type', 'time', 'removed', 'fileId', 'driveId', 'teamDriveId'].map((name) => [
      name,
      'leaf' as const,
    ]),
  ),
  file: FILE_SCHEMA,
  drive: 'open',
  teamDrive: 'open',
}
const LIST_SCHEMA: Schema = { kind: 'leaf', nextPageToken: 'leaf', newStartPageToken: 'leaf', changes: CHANGE_SCHEMA }

/** The change feed of a user or a shared drive, by polling and by push. */
export function changeRoutes(parts: Parts): ApiRoute[] {
  const changes = '/drive/v3/changes'
  return [
    {
      method: 'GET',
      pattern: `${changes}/startPageToken`,
      name: 'changes.getStartPageToken',
      cost: 'read',
      access: 'read-metadata',
      handler: (call) => startToken(call, parts),
    },
    {
      method: 'GET',
      pattern: changes,
      name: 'changes.list',
      cost: 'list',
      access: 'read-metadata',
      handler: (call) => list(call, parts),
    },
    {
      method: 'POST',
      pattern: `${changes}/watch`,
      name: 'changes.watch',
      cost: 'other',
      access: 'read-metadata',
      handler: (call) => watch(call, parts),
    },
    {
      method: 'POST',
      pattern: '/drive/v3/channels/stop',
      name: 'channels.stop',
      cost: 'other',
      access: 'read-metadata',
      handler: (call) => stop(call, parts),
    },
  ]
}

/** The corpus whose log is asked for: the shared drive, or else the user. */
function corpusOf(call: Call, { store }: Parts): string {
  const driveId = call.query.text('driveId') || call.query.text('teamDriveId')
  if (!driveId) return call.user.email
  if (!call.query.flag('supportsAllDrives') && !call.query.flag('supportsTeamDrives')) {
    throw forbidden(
      'supportsTeamDrivesRequired',
      'The supportsAllDrives parameter must be set to true.',
      'supportsAllDrives',
    )
  }
  if (!store.drives.get(driveId)?.members.has(call.user.email)) throw driveNotFound(driveId)
  return driveId
}

function startToken(call: Call, parts: Parts): Reply {
  const token = { kind: 'drive#startPageToken', startPageToken: parts.store.log(corpusOf(call, parts)).startToken }
  const fields = call.query.text('fields')
  return json(
    fields === undefined
      ? token
      : pick(token, parseFields(fields, { kind: 'leaf', startPageToken: 'leaf' }, 'startPageToken')),
  )
}

function list(call: Call, parts: Parts): Reply | Promise<Reply> {
  const { query, listFault, itemFault } = call
  const size = query.pageSize(100, 1000)
  const token = query.text('pageToken')
  if (!token) throw required('pageToken')
  const log = parts.store.log(corpusOf(call, parts))
  const most = listFault?.kind === 'short-page' ? Math.min(size, listFault.items) : size
  const hidden = listFault?.kind === 'stale-list' ? listFault.writes : 0
  const page = log.read(token, listFault?.kind === 'empty-page' ? 0 : most, hidden)
  if (!page) throw invalid('pageToken')
  const view = viewOf(call, parts)
  const shown = page.entries.filter((entry) => wanted(entry, call, view))
  if (listFault?.kind === 'duplicate-items') shown.push(...shown.slice(0, listFault.items ?? 1))
  const fields = query.text('fields')
  const mask = fields === undefined ? undefined : parseFields(fields, LIST_SCHEMA, 'changeList')
  const changeMask = mask?.get('changes') ?? null
  const fileMask = fields === undefined ? null : (changeMask?.get('file') ?? ALL)
  const shape = fileShape(fileMask)
  const files = shown.flatMap((entry) =>
    entry.type === 'file' && !entry.removed ? (view.store.get(entry.id) ?? []) : [],
  )
  const stale = staleItem(itemFault, parts.store)
  const ids = shown.map(({ id }) => id)
  const changesShown = (): readonly unknown[] => {
    const changes = shown.map((entry) =>
      changeResource(entry, call, view, (item) => shape.show(stale.get(item.id) ?? item, view)),
    )
    const files = withOddItem(
      itemFault,
      'file',
      changes.map(({ file }) => file),
      ids,
    )
    const whole = changes.map((change, index) => (change.file ? { ...change, file: files[index] } : change))
    const cut = changeMask ? whole.map((change) => pick(change, withoutFile(changeMask))) : whole
    return withOddItem(itemFault, 'change', cut, ids)
  }
  const answer = (): Reply => {
    const whole = {
      kind: 'drive#changeList',
      ...(page.last ? { newStartPageToken: page.next } : { nextPageToken: page.next }),
      changes: changesShown(),
    }
    return json(mask && !mask.has('*') ? pick(whole, new Map([...mask.keys()].map((name) => [name, null]))) : whole)
  }
  return shape.prepare(files)?.then(answer) ?? answer()
}

const ALL: Mask = new Map([['*', null]])

/** The file is already cut to what was asked for. */
function withoutFile(mask: Mask): Mask {
  return mask.has('file') ? new Map([...mask, ['file', null]]) : mask
}

function wanted(entry: ChangeEntry, call: Call, view: View): boolean {
  const { query, user } = call
  if (entry.removed && !query.flag('includeRemoved', true)) return false
  const item = entry.type === 'file' ? view.store.get(entry.id) : undefined
  if (!item || entry.removed) return true
  if (view.store.isRoot(item)) return false
  const spaces = (query.text('spaces') || 'drive').split(',')
  if (!spaces.includes(item.space)) return false
  return !query.flag('restrictToMyDrive') || item.owner === user.email || item.driveId !== null
}

function changeResource(
  entry: ChangeEntry,
  call: Call,
  view: View,
  show: ReturnType<typeof fileShape>['show'],
): Record<string, unknown> {
  const change = {
    kind: 'drive#change',
    type: entry.type,
    changeType: entry.type,
    time: new Date(entry.time).toISOString(),
  }
  if (entry.type === 'drive') {
    const drive = entry.removed ? undefined : view.store.drives.get(entry.id)
    const whole = drive && driveResource(drive, call.user)
    return {
      ...change,
      type: 'teamDrive',
      removed: !drive,
      driveId: entry.id,
      teamDriveId: entry.id,
      ...(whole && { drive: whole, teamDrive: whole }),
    }
  }
  const item = view.store.get(entry.id)
  const visible = item && view.store.roleOf(item, view.user.email) !== undefined
  const removed = entry.removed || !visible
  const shows = visible && (!removed || call.query.flag('includeCorpusRemovals'))
  return { ...change, removed, fileId: entry.id, ...(shows && { file: show(item, view) }) }
}

async function watch(call: Call, parts: Parts): Promise<Reply> {
  const token = call.query.text('pageToken')
  if (!token) throw required('pageToken')
  const corpus = corpusOf(call, parts)
  if (!parts.store.log(corpus).read(token, 0)) throw invalid('pageToken')
  const uri = `${parts.origin()}/drive/v3/changes?alt=json&pageToken=${token}`
  const channel = parts.push.open(await jsonBody(call), uri, corpus, call)
  parts.push.follow(channel, parts.store.log(corpus))
  return json(parts.push.resource(channel))
}

async function stop(call: Call, parts: Parts): Promise<Reply> {
  parts.push.stop(await jsonBody(call), call)
  return NO_CONTENT
}
