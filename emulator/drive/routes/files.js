import { json } from '../call.js';
import { invalidParameter } from '../errors.js';
import { parseFields } from '../fields.js';
import { FILE_SCHEMA, fileMask, fileShape } from '../file-shape.js';
import { listPage } from '../listing.js';
import { invalidAbuseAcknowledgment, itemOf, mustDownload } from '../lookup.js';
import { mediaReply } from '../media.js';
import { pageToken } from '../page-token.js';
const LIST_SCHEMA = { kind: 'leaf', incompleteSearch: 'leaf', nextPageToken: 'leaf', files: FILE_SCHEMA };
const LIST_FIELDS = new Map(['kind', 'incompleteSearch', 'nextPageToken', 'files'].map((name) => [name, null]));
/** Reading files: `files.list`, `files.get` with and without `alt=media`, `files.generateIds`. */
export function fileRoutes(parts) {
    const files = '/drive/v3/files';
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
    ];
}
/** How the caller sees files. */
export function viewOf(call, { store, origin }) {
    return { store, user: call.user, origin: origin() };
}
/** Answers one file, with the fields asked for. */
export function fileReply(item, call, parts) {
    const shape = fileShape(fileMask(call.query.text('fields')));
    const show = () => json(shape.show(item, viewOf(call, parts)));
    return shape.prepare([item])?.then(show) ?? show();
}
function list(call, parts) {
    const { query, listFault } = call;
    const view = viewOf(call, parts);
    const { items, next } = listPage(query, view, listFault);
    const fields = query.text('fields');
    const mask = fields === undefined ? LIST_FIELDS : parseFields(fields, LIST_SCHEMA, 'fileList');
    const whole = mask.has('*');
    const wants = (name) => whole || mask.has(name);
    const shape = fileShape(whole ? (mask.get('*') ?? ALL) : (mask.get('files') ?? (fields === undefined ? null : ALL)));
    const answer = () => json({
        ...(wants('kind') && { kind: 'drive#fileList' }),
        ...(wants('incompleteSearch') && { incompleteSearch: listFault?.kind === 'incomplete-search' }),
        ...(wants('nextPageToken') && next !== undefined && { nextPageToken: pageToken(query, next, parts.store.now()) }),
        ...(wants('files') && { files: items.map((item) => shape.show(item, view)) }),
    });
    return (wants('files') ? shape.prepare(items)?.then(answer) : undefined) ?? answer();
}
/** `files` without a choice within it means every field of a file. */
const ALL = new Map([['*', null]]);
function get(call, parts) {
    if (call.query.flag('acknowledgeAbuse'))
        throw invalidAbuseAcknowledgment();
    return fileReply(itemOf(call, parts.store), call, parts);
}
function media(call, { store }) {
    const item = itemOf(call, store);
    mustDownload(item, store, call);
    if (!item.content)
        throw new Error(`a blob without content: ${item.id}`);
    return mediaReply(item.content, item.mimeType, call.headers.range);
}
function generateIds(call, { store }) {
    const count = Number(call.query.text('count') ?? 10);
    if (!Number.isInteger(count) || count < 1 || count > 1000) {
        throw invalidParameter('count', `Invalid value '${call.query.text('count')}'. Values must be within the range: [1, 1000]`);
    }
    const ids = Array.from({ length: count }, () => store.newId());
    return json({ kind: 'drive#generatedIds', space: call.query.text('space') ?? 'drive', ids });
}
function listLabels(call, { store }) {
    itemOf(call, store);
    return json({ kind: 'drive#labelList', labels: [] });
}
