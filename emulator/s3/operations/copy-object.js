import { S3Error } from '../errors.js';
import { decode, header } from '../request.js';
import { tag, xmlDocument } from '../xml.js';
import { requireCopyConditions } from './conditions.js';
import { describe, writtenHeaders } from './describe.js';
import { findVersion } from './find-version.js';
import { storeVersion } from './put-object.js';
/** Copies on the server: the bytes are shared, so it costs the same for every size. */
export function copyObject(call) {
    const bucket = call.bucket();
    const key = call.key();
    const source = copySource(call);
    const { maxCopySize } = call.service.limits;
    if (source.version.size > maxCopySize) {
        throw new S3Error('InvalidRequest', `The specified copy source is larger than the maximum allowable size for a copy source: ${maxCopySize}`);
    }
    const description = copiedDescription(call, bucket, source);
    const { body, size, etag, sha256, parts, checksum } = source.version;
    for (const blob of body)
        blob.retain();
    const version = storeVersion(call, bucket, key, description, { body, size, etag, sha256, parts, checksum });
    const headers = writtenHeaders(version);
    if (source.version.versionId !== 'null')
        headers['x-amz-copy-source-version-id'] = source.version.versionId;
    return { status: 200, headers, body: copyResult('CopyObjectResult', version.modified, version.etag) };
}
export function copyResult(root, modified, etag) {
    return xmlDocument(root, tag('LastModified', new Date(modified).toISOString()) + tag('ETag', `"${etag}"`));
}
/** The version that x-amz-copy-source names, readable by this user and meeting the conditions set on it. */
export function copySource(call) {
    const raw = header(call.request, 'x-amz-copy-source') ?? '';
    const mark = raw.indexOf('?versionId=');
    const path = decode(mark === -1 ? raw : raw.slice(0, mark)).replace(/^\//, '');
    const slash = path.indexOf('/');
    const bucket = path.slice(0, slash);
    const key = path.slice(slash + 1);
    if (slash < 1 || key === '') {
        throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey', {
            ArgumentName: 'x-amz-copy-source',
            ArgumentValue: raw,
        });
    }
    call.identity.user.require('get', bucket, key);
    const versionId = mark === -1 ? undefined : decode(raw.slice(mark + '?versionId='.length));
    const version = findVersion(call, bucket, key, versionId);
    requireCopyConditions(call, version);
    return { bucket, version, hasVersionId: versionId !== undefined };
}
function copiedDescription(call, bucket, source) {
    const { request } = call;
    const given = describe(call, bucket);
    const replaces = directive(call, 'x-amz-metadata-directive') === 'REPLACE';
    const replacesTags = directive(call, 'x-amz-tagging-directive') === 'REPLACE';
    const isSame = source.bucket === bucket.name && source.version.key === request.key && !source.hasVersionId;
    if (isSame && !replaces && !replacesTags && given.storageClass === source.version.storageClass) {
        throw new S3Error('InvalidRequest', "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");
    }
    return {
        ...given, // the storage class and the lock are never taken from the source
        ...(replaces ? {} : { headers: source.version.headers, metadata: source.version.metadata }),
        ...(replacesTags ? {} : { tags: source.version.tags }),
    };
}
function directive(call, name) {
    const value = header(call.request, name) ?? 'COPY';
    if (value !== 'COPY' && value !== 'REPLACE') {
        throw new S3Error('InvalidArgument', 'Unknown metadata directive.', { ArgumentName: name, ArgumentValue: value });
    }
    return value;
}
