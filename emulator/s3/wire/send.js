import { tag } from '../xml.js';
import { breakOff, responseChunks } from './disturb.js';
/** The answer that says what was wrong, as AWS words it. */
export function errorReply(error, resource, requestId, emptyMessage) {
    const body = errorXml(error.code, emptyMessage ? '' : error.message, { ...error.detail, Resource: resource }, requestId);
    return { status: error.status, headers: { ...error.headers, 'Content-Type': 'application/xml' }, body };
}
export function errorXml(code, message, detail, requestId) {
    const more = Object.entries(detail).map(([name, value]) => tag(name, value));
    const ids = tag('RequestId', requestId) + tag('HostId', 'drivekeep-emulator');
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${tag('Code', code)}${tag('Message', message)}${more.join('')}${ids}</Error>`;
}
/** Sends an answer, with whatever a fault does to it on the way. Ends when it is sent or the client is gone. */
export async function send(response, reply, fault, envelope) {
    if (fault?.kind === 'lost-reply')
        return breakOff(fault.end === 'reset' ? 'reset' : 'stall', response);
    const headers = {
        Date: envelope.date,
        'x-amz-request-id': envelope.requestId,
        'x-amz-id-2': 'drivekeep-emulator',
        ...reply.headers,
    };
    const { body } = reply;
    if (body === undefined || reply.status === 304) {
        if (reply.status !== 204 && reply.status !== 304)
            headers['Content-Length'] = 0;
        response.writeHead(reply.status, headers).end();
        return;
    }
    if (typeof body === 'string')
        headers['Content-Type'] ??= 'application/xml';
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    headers['Content-Length'] = fault?.kind === 'truncate' ? Math.floor(length / 2) : length;
    response.writeHead(reply.status, headers);
    if (envelope.isHead)
        response.end();
    else if (typeof body === 'string' && fault === null)
        response.end(body);
    else {
        const chunks = typeof body === 'string' ? once(Buffer.from(body)) : body.chunks;
        await write(response, fault === null ? chunks : responseChunks(fault, chunks, length, response));
    }
}
async function write(response, chunks) {
    for await (const chunk of chunks) {
        if (response.destroyed)
            return;
        if (!response.write(chunk))
            await drained(response);
    }
    response.end();
}
function drained(response) {
    return new Promise((resolve) => {
        const done = () => {
            response.off('drain', done);
            response.off('close', done);
            resolve();
        };
        response.on('drain', done);
        response.on('close', done);
        if (response.destroyed || !response.writableNeedDrain)
            done();
    });
}
async function* once(chunk) {
    yield chunk;
}
