import { createHash, hash } from 'node:crypto';
import { S3Error } from '../errors.js';
import { isChecksumValue, startChecksum } from './checksums.js';
import { decodeChunked } from './chunked.js';
/** Up to here a body is taken in one piece. */
const SMALL = 64 * 1024;
/** Takes a body, checks it and keeps it. Throws, keeping nothing, if anything does not match. */
export async function receive(incoming, expected, options) {
    const small = expected.framing === null && expected.length <= SMALL && incoming.isPlain && !options.alterStored;
    return small ? receiveSmall(incoming, expected, options) : receiveStream(incoming, expected, options);
}
async function receiveSmall(incoming, expected, options) {
    const bytes = await incoming.whole();
    const sha256 = hash('sha256', bytes);
    const md5 = options.opaqueEtags && expected.md5 === null ? null : hash('md5', bytes);
    let checksum = null;
    if (expected.checksum !== null) {
        const running = await startChecksum(expected.checksum.algorithm);
        running.update(bytes);
        checksum = {
            algorithm: expected.checksum.algorithm,
            value: running.digest().toString('base64'),
            type: 'FULL_OBJECT',
        };
    }
    check(expected, { length: bytes.length, sha256, md5, checksum, trailers: null });
    const writer = options.blobs.writer();
    await writer.write(bytes);
    const blob = await writer.commit();
    return { blob, size: bytes.length, etag: md5 ?? opaqueEtag(sha256), sha256, checksum };
}
async function receiveStream(incoming, expected, options) {
    const trailers = new Map();
    const sha = createHash('sha256');
    const md5 = options.opaqueEtags && expected.md5 === null ? null : createHash('md5');
    const running = expected.checksum === null ? null : await startChecksum(expected.checksum.algorithm);
    const altered = options.alterStored ? createHash('sha256') : null;
    const writer = options.blobs.writer();
    let length = 0;
    const take = (chunk) => {
        const offset = length;
        length += chunk.length;
        if (length > expected.length)
            throw new S3Error('IncompleteBody');
        sha.update(chunk);
        md5?.update(chunk);
        running?.update(chunk);
        if (altered === null)
            return writer.write(chunk);
        const stored = alterMiddle(chunk, offset, expected.length);
        altered.update(stored);
        return writer.write(stored);
    };
    try {
        if (expected.framing === null && incoming.isPlain)
            await incoming.each(take);
        else {
            const raw = incoming.stream();
            const data = expected.framing === null ? raw : decodeChunked(raw, expected.framing, options.identity, trailers);
            for await (const chunk of data)
                await take(chunk);
        }
        const received = {
            length,
            sha256: sha.digest('hex'),
            md5: md5?.digest('hex') ?? null,
            checksum: running === null || expected.checksum === null
                ? null
                : {
                    algorithm: expected.checksum.algorithm,
                    value: running.digest().toString('base64'),
                    type: 'FULL_OBJECT',
                },
        };
        check(expected, { ...received, trailers });
        const sha256 = altered?.digest('hex') ?? received.sha256;
        return {
            blob: await writer.commit(),
            size: length,
            etag: received.md5 ?? opaqueEtag(received.sha256),
            sha256,
            checksum: received.checksum,
        };
    }
    catch (error) {
        incoming.drop();
        await writer.abort();
        throw error;
    }
}
function check(expected, computed) {
    if (computed.length !== expected.length)
        throw new S3Error('IncompleteBody');
    if (expected.sha256 !== null && expected.sha256 !== computed.sha256) {
        throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
            ClientComputedContentSHA256: expected.sha256,
            S3ComputedContentSHA256: computed.sha256,
        });
    }
    if (expected.md5 !== null && expected.md5 !== computed.md5) {
        throw new S3Error('BadDigest', undefined, {
            ExpectedDigest: expected.md5,
            CalculatedDigest: computed.md5 ?? '',
        });
    }
    if (expected.checksum === null || computed.checksum === null)
        return;
    const { algorithm } = expected.checksum;
    const value = expected.checksum.value ?? computed.trailers?.get(`x-amz-checksum-${algorithm.toLowerCase()}`);
    if (value === undefined || !isChecksumValue(algorithm, value)) {
        throw new S3Error('InvalidRequest', `Value for x-amz-checksum-${algorithm.toLowerCase()} trailing header is invalid.`);
    }
    if (value !== computed.checksum.value) {
        throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
    }
}
/** Ends like a multipart ETag, so nobody takes it for the body's MD5. */
function opaqueEtag(sha256) {
    return `${sha256.slice(0, 32)}-1`;
}
/** The chunk with one bit changed if the middle of the body lies in it. */
function alterMiddle(chunk, offset, total) {
    const middle = Math.floor(total / 2) - offset;
    if (middle < 0 || middle >= chunk.length)
        return chunk;
    const copy = Buffer.from(chunk);
    copy[middle] = (copy[middle] ?? 0) ^ 1;
    return copy;
}
