import { S3Error } from '../errors.js';
import { header } from '../request.js';
import { CHECKSUM_ALGORITHMS, checksumHeader, isChecksumValue, parseAlgorithm, } from './checksums.js';
const FRAMINGS = {
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
};
/** Reads the promises. Throws for those that contradict each other, are malformed or lack a length. */
export function expectBody(request, identity) {
    const framing = FRAMINGS[identity.payload] ?? null;
    const signed = /^[0-9a-f]{64}$/.test(identity.payload);
    if (framing === null && !signed && identity.payload !== 'UNSIGNED-PAYLOAD') {
        throw new S3Error('InvalidArgument', 'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a valid sha256.');
    }
    return {
        length: bodyLength(request, framing),
        framing,
        sha256: signed ? identity.payload : null,
        md5: contentMd5(request),
        checksum: expectedChecksum(request, framing),
    };
}
function bodyLength(request, framing) {
    const raw = header(request, framing === null ? 'content-length' : 'x-amz-decoded-content-length');
    if (raw !== undefined && /^\d{1,15}$/.test(raw))
        return Number(raw);
    if (framing === null && request.headers['transfer-encoding'] !== undefined) {
        throw new S3Error('NotImplemented', undefined, { Header: 'Transfer-Encoding' });
    }
    throw new S3Error('MissingContentLength');
}
function contentMd5(request) {
    const raw = request.headers['content-md5'];
    if (typeof raw !== 'string')
        return null;
    const bytes = Buffer.from(raw, 'base64');
    if (bytes.length !== 16 || bytes.toString('base64') !== raw) {
        throw new S3Error('InvalidDigest', undefined, { 'Content-MD5': raw });
    }
    return bytes.toString('hex');
}
function expectedChecksum(request, framing) {
    const given = CHECKSUM_ALGORITHMS.filter((algorithm) => header(request, checksumHeader(algorithm)) !== undefined);
    const trailer = header(request, 'x-amz-trailer');
    const inTrailer = trailer === undefined ? undefined : parseAlgorithm(trailer.toLowerCase().replace('x-amz-checksum-', ''));
    const [algorithm] = given;
    if (given.length > 1 || (algorithm !== undefined && inTrailer !== undefined)) {
        throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
    }
    if (trailer !== undefined && (inTrailer === undefined || framing?.trailer !== true)) {
        throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
    }
    if (inTrailer !== undefined)
        return { algorithm: inTrailer, value: null };
    if (algorithm === undefined) {
        const named = header(request, 'x-amz-sdk-checksum-algorithm');
        if (named === undefined)
            return null;
        throw new S3Error('InvalidRequest', 'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.');
    }
    const value = header(request, checksumHeader(algorithm)) ?? '';
    if (!isChecksumValue(algorithm, value)) {
        throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
    }
    return { algorithm, value };
}
