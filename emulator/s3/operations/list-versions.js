import { S3Error } from '../errors.js';
import { queryNumber } from '../request.js';
import { optionalTag, tag, xmlDocument } from '../xml.js';
import { OWNER } from './list-objects.js';
import { commonPrefix, listingText, walk } from './walk.js';
const MAX_KEYS = 1000;
/** ListObjectVersions: the keys in order, the versions of each newest first. A page may end amid a key's versions. */
export function listObjectVersions(call) {
    const { request } = call;
    const bucket = call.bucket();
    const max = queryNumber(request, 'max-keys', MAX_KEYS, MAX_KEYS);
    const keyMarker = request.query.get('key-marker') ?? '';
    const versionMarker = request.query.get('version-id-marker') ?? '';
    if (versionMarker !== '' && keyMarker === '') {
        throw new S3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.');
    }
    const rows = collect(call, bucket, keyMarker, versionMarker, max + 1);
    const page = rows.slice(0, max);
    const last = rows.length > max ? page.at(-1) : undefined;
    const text = listingText(request);
    const delimiter = request.query.get('delimiter');
    const content = tag('Name', bucket.name) +
        tag('Prefix', text.encode(request.query.get('prefix') ?? '')) +
        optionalTag('Delimiter', delimiter === undefined ? undefined : text.encode(delimiter)) +
        text.encodingType +
        tag('KeyMarker', text.encode(keyMarker)) +
        tag('VersionIdMarker', versionMarker) +
        tag('MaxKeys', max) +
        tag('IsTruncated', last !== undefined) +
        (last === undefined ? '' : nextMarkers(last, text)) +
        page.map((row) => rowXml(row, text)).join('');
    return { status: 200, body: xmlDocument('ListVersionsResult', content) };
}
function collect(call, bucket, keyMarker, versionMarker, max) {
    const { query } = call.request;
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const rows = [];
    if (max === 1)
        return rows;
    if (versionMarker !== '' && keyMarker.startsWith(prefix) && commonPrefix(keyMarker, prefix, delimiter) === null) {
        const versions = bucket.versions(keyMarker);
        const at = versions.findIndex((version) => version.versionId === versionMarker);
        versions.forEach((version, index) => {
            if (at !== -1 && index > at && rows.length < max)
                rows.push({ version, isLatest: false });
        });
    }
    const keys = bucket.keys(call.compare);
    const visible = (key) => bucket.versions(key);
    const listing = walk(keys, { compare: call.compare, prefix, delimiter, after: keyMarker, max, visible });
    for (const entry of listing.entries) {
        if (entry.kind === 'prefix')
            rows.push({ prefix: entry.prefix });
        else
            rows.push(...entry.value.map((version, index) => ({ version, isLatest: index === 0 })));
        if (rows.length >= max)
            break;
    }
    return rows.slice(0, max);
}
function nextMarkers(last, text) {
    if ('prefix' in last)
        return tag('NextKeyMarker', text.encode(last.prefix));
    return tag('NextKeyMarker', text.encode(last.version.key)) + tag('NextVersionIdMarker', last.version.versionId);
}
function rowXml(row, text) {
    if ('prefix' in row)
        return `<CommonPrefixes>${tag('Prefix', text.encode(row.prefix))}</CommonPrefixes>`;
    const { version, isLatest } = row;
    const common = tag('Key', text.encode(version.key)) +
        tag('VersionId', version.versionId) +
        tag('IsLatest', isLatest) +
        tag('LastModified', new Date(version.modified).toISOString());
    if (version.kind === 'marker')
        return `<DeleteMarker>${common}${OWNER}</DeleteMarker>`;
    const rest = tag('ETag', `"${version.etag}"`) + tag('Size', version.size) + tag('StorageClass', version.storageClass);
    return `<Version>${common}${rest}${OWNER}</Version>`;
}
