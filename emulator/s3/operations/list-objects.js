import { S3Error } from '../errors.js';
import { queryNumber } from '../request.js';
import { optionalTag, tag, xmlDocument } from '../xml.js';
import { listingText, walk } from './walk.js';
const MAX_KEYS = 1000;
export function listObjectsV2(call) {
    const { query } = call.request;
    const bucket = call.bucket();
    const token = query.get('continuation-token');
    const startAfter = query.get('start-after');
    const max = queryNumber(call.request, 'max-keys', MAX_KEYS, MAX_KEYS);
    const after = token === undefined ? (startAfter ?? '') : decodeToken(token);
    const listing = walkCurrent(call, bucket, after, max);
    const text = listingText(call.request);
    const next = listing.next === null ? undefined : Buffer.from(listing.next).toString('base64url');
    const owner = query.get('fetch-owner') === 'true';
    const content = head(call, bucket, text) +
        tag('KeyCount', listing.entries.length) +
        tag('MaxKeys', max) +
        tag('IsTruncated', next !== undefined) +
        optionalTag('ContinuationToken', token) +
        optionalTag('NextContinuationToken', next) +
        optionalTag('StartAfter', startAfter === undefined ? undefined : text.encode(startAfter)) +
        entries(listing, text, owner);
    return { status: 200, body: xmlDocument('ListBucketResult', content) };
}
/** The older listing: its marker is a key, and NextMarker is given with a delimiter only. */
export function listObjects(call) {
    const bucket = call.bucket();
    const marker = call.request.query.get('marker') ?? '';
    const max = queryNumber(call.request, 'max-keys', MAX_KEYS, MAX_KEYS);
    const listing = walkCurrent(call, bucket, marker, max);
    const text = listingText(call.request);
    const withNext = listing.next !== null && (call.request.query.get('delimiter') ?? '') !== '';
    const content = head(call, bucket, text) +
        tag('Marker', text.encode(marker)) +
        optionalTag('NextMarker', withNext ? text.encode(listing.next ?? '') : undefined) +
        tag('MaxKeys', max) +
        tag('IsTruncated', listing.next !== null) +
        entries(listing, text, true);
    return { status: 200, body: xmlDocument('ListBucketResult', content) };
}
function walkCurrent(call, bucket, after, max) {
    const { query } = call.request;
    return walk(bucket.keys(call.compare), {
        compare: call.compare,
        prefix: query.get('prefix') ?? '',
        delimiter: query.get('delimiter') ?? '',
        after,
        max,
        visible: (key) => bucket.current(key),
    });
}
function head(call, bucket, text) {
    const { query } = call.request;
    const delimiter = query.get('delimiter');
    return (tag('Name', bucket.name) +
        tag('Prefix', text.encode(query.get('prefix') ?? '')) +
        optionalTag('Delimiter', delimiter === undefined ? undefined : text.encode(delimiter)) +
        text.encodingType);
}
function entries(listing, text, owner) {
    let contents = '';
    let prefixes = '';
    for (const entry of listing.entries) {
        if (entry.kind === 'prefix')
            prefixes += `<CommonPrefixes>${tag('Prefix', text.encode(entry.prefix))}</CommonPrefixes>`;
        else
            contents += object(entry.value, text, owner);
    }
    return contents + prefixes;
}
function object(version, text, owner) {
    const { checksum } = version;
    const algorithm = checksum === null ? '' : tag('ChecksumAlgorithm', checksum.algorithm) + tag('ChecksumType', checksum.type);
    return `<Contents>${tag('Key', text.encode(version.key))}<LastModified>${new Date(version.modified).toISOString()}</LastModified><ETag>&quot;${version.etag}&quot;</ETag>${algorithm}<Size>${version.size}</Size>${owner ? OWNER : ''}<StorageClass>${version.storageClass}</StorageClass></Contents>`;
}
export const OWNER = '<Owner><ID>drivekeep</ID><DisplayName>drivekeep</DisplayName></Owner>';
function decodeToken(token) {
    const after = Buffer.from(token, 'base64url').toString();
    if (Buffer.from(after).toString('base64url') !== token) {
        throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
            ArgumentName: 'continuation-token',
        });
    }
    return after;
}
