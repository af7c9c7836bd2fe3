import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { hash32, mix } from './random.js';
const BLOCK = 1 << 20;
const STAMP = 32;
const POOL_SPREAD = 1 << 20;
/** Up to this many bytes content is handled in one piece, without waiting. */
export const SMALL = 256 * 1024;
let pool;
function noise() {
    if (pool)
        return pool;
    const made = Buffer.allocUnsafe(BLOCK + POOL_SPREAD);
    for (let at = 0; at < made.length; at += 4)
        made.writeUInt32LE(mix(at + 0x9e3779b9), at);
    pool = made;
    return made;
}
export function seeded(seed, size) {
    return { from: 'seed', seed, size };
}
export function explicit(bytes) {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    return { from: 'bytes', bytes: buffer, size: buffer.length };
}
/** Bytes [start, end) as views or small copies; synchronous, so for everything but content on disk. */
function* pieces(content, start = 0, end = content.size) {
    if (content.from === 'bytes') {
        yield content.bytes.subarray(start, end);
        return;
    }
    if (content.from === 'disk')
        throw new Error('content on disk is only read as a stream');
    const seedHash = hash32(content.seed);
    for (let at = start; at < end;) {
        const block = Math.floor(at / BLOCK);
        const within = at - block * BLOCK;
        const last = Math.min(BLOCK, end - block * BLOCK);
        if (within < STAMP)
            yield stamp(content.seed, seedHash, block).subarray(within, Math.min(STAMP, last));
        if (last > STAMP) {
            const shift = mix(seedHash + block) % POOL_SPREAD;
            yield noise().subarray(shift + Math.max(within, STAMP), shift + last);
        }
        at = block * BLOCK + last;
    }
}
function stamp(seed, seedHash, block) {
    const other = hash32(`${block}:${seed}`);
    const hex = (n) => n.toString(16).padStart(8, '0');
    return Buffer.from(hex(seedHash) + hex(other) + hex(mix(seedHash ^ other)) + hex(block), 'latin1');
}
/** Bytes [start, end) in one buffer. Throws for content on disk: use `bytesOf`. */
export function slice(content, start = 0, end = content.size) {
    if (content.from === 'bytes')
        return content.bytes.subarray(start, end);
    const parts = [...pieces(content, start, end)];
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}
/** Bytes [start, end) piece by piece, whatever the content comes from. */
export function stream(content, start = 0, end = content.size) {
    if (content.from !== 'disk')
        return pieces(content, start, end);
    if (end <= start)
        return [];
    return createReadStream(content.path, { start, end: end - 1 });
}
/** All bytes of a revision. For tests and small files: it holds them in memory. */
export async function bytesOf(content) {
    const parts = [];
    for await (const part of stream(content))
        parts.push(part);
    return Buffer.concat(parts);
}
/** The digest if it is known, or can be had at once (small content in memory). */
export function digestNow(content, algorithm) {
    const known = content.memo?.get(algorithm);
    if (known !== undefined || content.from === 'disk' || content.size > SMALL)
        return known;
    const hex = hash(algorithm, slice(content), 'hex');
    content.memo ??= new Map();
    content.memo.set(algorithm, hex);
    return hex;
}
const underWay = new WeakMap();
/** The digest, computed once for each content; long ones yield to other requests in between. */
export function digest(content, algorithm) {
    const now = digestNow(content, algorithm);
    if (now !== undefined)
        return now;
    const running = underWay.get(content) ?? new Map();
    underWay.set(content, running);
    const job = running.get(algorithm) ?? digestLong(content, algorithm);
    running.set(algorithm, job);
    return job;
}
async function digestLong(content, algorithm) {
    const sum = createHash(algorithm);
    let sinceYield = 0;
    try {
        for await (const piece of stream(content)) {
            sum.update(piece);
            sinceYield += piece.length;
            if (sinceYield < 4 * BLOCK)
                continue;
            sinceYield = 0;
            await new Promise(setImmediate);
        }
    }
    finally {
        // A file on disk may have been unreadable for a moment only.
        underWay.get(content)?.delete(algorithm);
    }
    const hex = sum.digest('hex');
    content.memo ??= new Map();
    content.memo.set(algorithm, hex);
    return hex;
}
