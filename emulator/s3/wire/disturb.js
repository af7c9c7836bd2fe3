import { setTimeout as delay } from 'node:timers/promises';
import { ClientGone } from '../errors.js';
/** What a fault does to the request's body; null if nothing. */
export function requestDisturbance(fault, http, response) {
    if (fault?.kind === 'slow')
        return { disturb: (source) => paced(source, fault.bytesPerSecond) };
    if ((fault?.kind !== 'reset' && fault?.kind !== 'stall') || fault.at !== 'request-body')
        return null;
    const bytes = fault.bytes ?? Math.floor(Number(http.headers['content-length'] ?? 0) / 2);
    return { disturb: (source) => brokenOff(source, bytes, () => breakOff(fault.kind, response)) };
}
/** What a fault does to the answer's body of `length` bytes. */
export function responseChunks(fault, source, length, response) {
    const half = Math.floor(length / 2);
    switch (fault?.kind) {
        case 'slow':
            return paced(source, fault.bytesPerSecond);
        case 'truncate':
            return firstBytes(source, half);
        case 'alter-response':
            return altered(source, half);
        case 'reset':
        case 'stall':
            if (fault.at !== 'response-body')
                return source;
            return brokenOff(source, fault.bytes ?? half, () => breakOff(fault.kind, response));
        default:
            return source;
    }
}
/** Ends an exchange without an answer: by a reset, or by saying nothing until the other side hangs up. */
export async function breakOff(how, response) {
    if (how === 'reset')
        response.socket?.resetAndDestroy();
    await closed(response);
}
/** Waits until the connection is gone. */
async function closed(response) {
    if (response.closed || response.destroyed)
        return;
    await new Promise((resolve) => response.once('close', resolve));
}
async function* brokenOff(source, bytes, end) {
    yield* firstBytes(source, bytes);
    await end();
    throw new ClientGone();
}
async function* firstBytes(source, bytes) {
    let left = bytes;
    if (left === 0)
        return;
    for await (const chunk of source) {
        yield chunk.subarray(0, left);
        left -= chunk.length;
        if (left <= 0)
            return;
    }
}
async function* altered(source, position) {
    let at = 0;
    for await (const chunk of source) {
        const index = position - at;
        at += chunk.length;
        if (index < 0 || index >= chunk.length)
            yield chunk;
        else {
            const copy = Buffer.from(chunk);
            copy[index] = (copy[index] ?? 0) ^ 1;
            yield copy;
        }
    }
}
/** Lets bytes through in ten portions a second. */
async function* paced(source, bytesPerSecond) {
    const portion = Math.max(1, Math.floor(bytesPerSecond / 10));
    for await (const chunk of source) {
        for (let at = 0; at < chunk.length; at += portion) {
            const piece = chunk.subarray(at, at + portion);
            await delay((piece.length / bytesPerSecond) * 1000, undefined, { ref: false });
            yield piece;
        }
    }
}
