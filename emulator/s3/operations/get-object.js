import { checksumHeader } from '../body/checksums.js';
import { S3Error } from '../errors.js';
import { header } from '../request.js';
import { readBlobs } from '../storage/blob.js';
import { isNotModified } from './conditions.js';
import { descriptionHeaders } from './describe.js';
import { versionOf } from './find-version.js';
const OVERRIDES = [
    'Content-Type',
    'Cache-Control',
    'Content-Disposition',
    'Content-Encoding',
    'Content-Language',
    'Expires',
];
/** GetObject; HeadObject is the same answer without its body. */
export function getObject(call) {
    if (call.request.query.has('partNumber'))
        throw new S3Error('NotImplemented', undefined, { Header: 'partNumber' });
    const version = versionOf(call);
    if (!call.service.buckets.blobs.readable && call.request.method === 'GET' && version.size > 0) {
        throw new S3Error('NotImplemented', 'This server was started to discard bodies, so it cannot give them back.');
    }
    const headers = descriptionHeaders(version);
    if (isNotModified(call, version))
        return { status: 304, headers };
    headers['Accept-Ranges'] = 'bytes';
    for (const name of OVERRIDES) {
        const value = call.request.query.get(`response-${name.toLowerCase()}`);
        if (value === undefined)
            continue;
        delete headers[name.toLowerCase()];
        headers[name] = value;
    }
    const range = parseRange(header(call.request, 'range'), version.size);
    if (range !== null) {
        const { start, end } = range;
        headers['Content-Range'] = `bytes ${start}-${end - 1}/${version.size}`;
        return { status: 206, headers, body: body(version, start, end) };
    }
    if (version.checksum !== null && header(call.request, 'x-amz-checksum-mode') === 'ENABLED') {
        headers[checksumHeader(version.checksum.algorithm)] = version.checksum.value;
        headers['x-amz-checksum-type'] = version.checksum.type;
    }
    return { status: 200, headers, body: body(version, 0, version.size) };
}
function body(version, start, end) {
    return { length: end - start, chunks: readHeld(version.body, start, end) };
}
/** Reads blobs and keeps them until the reader has done, should the version be deleted meanwhile. */
async function* readHeld(blobs, start, end) {
    for (const blob of blobs)
        blob.retain();
    try {
        yield* readBlobs(blobs, start, end);
    }
    finally {
        for (const blob of blobs)
            blob.release();
    }
}
/** One range of bytes, end exclusive; null for what asks for the whole. Several ranges get the whole, as at AWS. */
function parseRange(range, size) {
    const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
    if (first === undefined || last === undefined || (first === '' && last === ''))
        return null;
    const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
    const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
    if (first !== '' && last !== '' && Number(last) < Number(first))
        return null;
    if (start >= end) {
        throw new S3Error('InvalidRange', undefined, { RangeRequested: range ?? '', ActualObjectSize: String(size) }, { 'Content-Range': `bytes */${size}` });
    }
    return { start, end };
}
