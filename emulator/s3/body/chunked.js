import { createHash, hash } from 'node:crypto';
import { EMPTY_SHA256 } from '../auth/signature.js';
import { S3Error } from '../errors.js';
const MAX_LINE = 8192;
/**
 * Takes an aws-chunked body apart and yields its data, verifying chunk signatures on the way: a chunk is yielded
 * before its signature is known to be right, so whoever takes it must wait for the end before it shows anything.
 * Trailing headers go into `trailers` by lower-case name.
 */
export async function* decodeChunked(source, framing, identity, trailers) {
    const bytes = new ByteReader(source);
    try {
        yield* decode(bytes, framing, identity, trailers);
    }
    finally {
        await bytes.close();
    }
}
async function* decode(bytes, framing, identity, trailers) {
    const signer = framing.signed ? new ChunkSigner(identity) : null;
    for (;;) {
        const line = await bytes.line();
        const [, hexSize, signature] = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line) ?? [];
        if (hexSize === undefined || (signer !== null && signature === undefined))
            throw incomplete();
        const size = Number.parseInt(hexSize, 16);
        const hashing = signer === null ? null : createHash('sha256');
        for (let left = size; left > 0;) {
            const data = await bytes.some(left);
            left -= data.length;
            hashing?.update(data);
            yield data;
        }
        if (hashing !== null)
            signer?.check('AWS4-HMAC-SHA256-PAYLOAD', `${EMPTY_SHA256}\n${hashing.digest('hex')}`, signature);
        if (size === 0)
            break;
        if ((await bytes.line()) !== '')
            throw incomplete();
    }
    if (framing.trailer)
        await readTrailers(bytes, signer, trailers);
    else if ((await bytes.line()) !== '')
        throw incomplete();
    if (!(await bytes.atEnd()))
        throw incomplete();
}
async function readTrailers(bytes, signer, trailers) {
    let canonical = '';
    for (let line = await bytes.line(); line !== ''; line = await bytes.line()) {
        const colon = line.indexOf(':');
        if (colon === -1)
            throw new S3Error('InvalidRequest', 'The trailing headers are malformed.');
        const name = line.slice(0, colon).trim().toLowerCase();
        const value = line.slice(colon + 1).trim();
        if (name === 'x-amz-trailer-signature') {
            signer?.check('AWS4-HMAC-SHA256-TRAILER', hash('sha256', canonical), value);
            signer = null;
        }
        else {
            trailers.set(name, value);
            canonical += `${name}:${value}\n`;
        }
    }
    if (signer !== null)
        throw new S3Error('SignatureDoesNotMatch', 'The trailing headers are not signed.');
}
/** Each signature covers the one before it, so chunks cannot be left out or change places. */
class ChunkSigner {
    #identity;
    #previous;
    constructor(identity) {
        this.#identity = identity;
        this.#previous = identity.signature;
    }
    check(algorithm, hashes, signature) {
        const { key, time, scope } = this.#identity;
        const expected = key.sign(`${algorithm}\n${time}\n${scope}\n${this.#previous}\n${hashes}`);
        if (signature !== expected)
            throw new S3Error('SignatureDoesNotMatch');
        this.#previous = expected;
    }
}
/** Reads lines and runs of bytes from a stream of buffers without copying the runs. */
class ByteReader {
    #source;
    #rest = Buffer.alloc(0);
    constructor(source) {
        this.#source = source[Symbol.asyncIterator]();
    }
    /** Up to and without CR LF. */
    async line() {
        for (;;) {
            const end = this.#rest.indexOf('\r\n');
            if (end !== -1) {
                const line = this.#rest.toString('latin1', 0, end);
                this.#rest = this.#rest.subarray(end + 2);
                return line;
            }
            if (this.#rest.length > MAX_LINE || !(await this.#more()))
                throw incomplete();
        }
    }
    /** Between 1 and `max` bytes. */
    async some(max) {
        if (this.#rest.length === 0 && !(await this.#more()))
            throw incomplete();
        const data = this.#rest.subarray(0, max);
        this.#rest = this.#rest.subarray(data.length);
        return data;
    }
    /** Lets go of the source, which may have more to give. */
    async close() {
        await this.#source.return?.();
    }
    async atEnd() {
        return this.#rest.length === 0 && !(await this.#more());
    }
    async #more() {
        const next = await this.#source.next();
        if (next.done === true)
            return false;
        this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
        return true;
    }
}
function incomplete() {
    return new S3Error('IncompleteBody');
}
