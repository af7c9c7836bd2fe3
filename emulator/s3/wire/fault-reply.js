import { isErrorCode, S3Error } from '../errors.js';
import { errorXml } from './send.js';
/** The answer of a fault that takes the operation's place; null for faults that let the operation run. */
export function faultReply(fault, resource, requestId) {
    switch (fault.kind) {
        case 'answer':
            return answer(fault, resource, requestId);
        case 'error-in-200': {
            const code = fault.code ?? 'InternalError';
            const body = errorXml(code, fault.message ?? words(code), {}, requestId);
            return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
        }
        case 'disk-full': {
            const [code, message] = fault.style === 'generic'
                ? ['InsufficientStorage', 'There is not enough space on the device to complete the operation.']
                : ['XMinioStorageFull', 'Storage backend has reached its minimum free drive threshold.'];
            return { status: 507, headers: {}, body: errorXml(code, message, { Resource: resource }, requestId) };
        }
        default:
            return null;
    }
}
function answer(fault, resource, requestId) {
    const headers = {};
    if (fault.retryAfter !== undefined)
        headers['Retry-After'] = String(fault.retryAfter);
    if (fault.body === 'none')
        return { status: fault.status, headers };
    if (fault.body === 'html') {
        headers['Content-Type'] = 'text/html';
        const title = `${fault.status} ${fault.message ?? 'Service Unavailable'}`;
        const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`;
        return { status: fault.status, headers, body };
    }
    const code = fault.code ?? usualCode(fault.status);
    return {
        status: fault.status,
        headers,
        body: errorXml(code, fault.message ?? words(code), { Resource: resource }, requestId),
    };
}
function usualCode(status) {
    if (status === 503)
        return 'SlowDown';
    if (status === 403)
        return 'AccessDenied';
    return status === 404 ? 'NoSuchKey' : 'InternalError';
}
function words(code) {
    return isErrorCode(code) ? new S3Error(code).message : code;
}
