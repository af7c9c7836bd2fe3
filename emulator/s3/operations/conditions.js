import { S3Error } from '../errors.js';
import { header } from '../request.js';
/** Checks If-Match and its like on a read. Returns true for 304: the client has it already. */
export function isNotModified(call, version) {
    if (call.service.habits.ignoreConditions)
        return false;
    const failed = failedCondition(call.request, version, '');
    if (failed === null)
        return false;
    if (failed === 'If-None-Match' || failed === 'If-Modified-Since')
        return true;
    throw new S3Error('PreconditionFailed', undefined, { Condition: failed });
}
/** Checks x-amz-copy-source-if-… on the source of a copy. */
export function requireCopyConditions(call, source) {
    if (call.service.habits.ignoreConditions)
        return;
    const failed = failedCondition(call.request, source, 'x-amz-copy-source-');
    if (failed !== null) {
        throw new S3Error('PreconditionFailed', undefined, { Condition: `x-amz-copy-source-${failed}` });
    }
}
/** Checks If-None-Match and If-Match on a write or delete against what the key holds at this moment. */
export function requireWriteConditions(call, current) {
    const { request, service } = call;
    const ifNoneMatch = header(request, 'if-none-match');
    const ifMatch = header(request, 'if-match');
    if (service.habits.ignoreConditions || (ifNoneMatch === undefined && ifMatch === undefined))
        return;
    if (ifNoneMatch !== undefined) {
        if (ifNoneMatch !== '*')
            throw new S3Error('NotImplemented', undefined, { Header: 'If-None-Match' });
        if (current !== undefined)
            throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
    }
    if (ifMatch === undefined)
        return;
    if (current === undefined)
        throw new S3Error('NoSuchKey', undefined, { Key: request.key ?? '' });
    if (!matches(ifMatch, current.etag))
        throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
}
/** The dates count only where the ETag condition of the same sense is absent (RFC 9110, 13.2.2). */
function failedCondition(request, version, prefix) {
    const ifMatch = header(request, `${prefix}if-match`);
    const ifNoneMatch = header(request, `${prefix}if-none-match`);
    const unmodifiedSince = date(header(request, `${prefix}if-unmodified-since`));
    const modifiedSince = date(header(request, `${prefix}if-modified-since`));
    const modified = Math.floor(version.modified / 1000) * 1000;
    if (ifMatch !== undefined && !matches(ifMatch, version.etag))
        return 'If-Match';
    if (ifMatch === undefined && unmodifiedSince !== null && modified > unmodifiedSince)
        return 'If-Unmodified-Since';
    if (ifNoneMatch !== undefined && matches(ifNoneMatch, version.etag))
        return 'If-None-Match';
    if (ifNoneMatch === undefined && modifiedSince !== null && modified <= modifiedSince)
        return 'If-Modified-Since';
    return null;
}
function matches(condition, etag) {
    return condition.split(',').some((one) => {
        const wanted = one.trim().replace(/^W\//, '').replaceAll('"', '');
        return wanted === '*' || wanted === etag;
    });
}
/** Unix ms, or null for what is no date: such a header is overlooked. */
function date(text) {
    const time = Date.parse(text ?? '');
    return Number.isNaN(time) ? null : time;
}
